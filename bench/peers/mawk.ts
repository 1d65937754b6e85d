import { shell } from '../harness/command.ts';
import { installed } from './find.ts';
import type { Peer } from './peer.ts';

const SPLIT = `mkdir "$1"; cat "\${@:2}" | tr -cs A-Za-z '\\n'`;
const COUNT = `mawk 'NF { n[$1]++ } END { for (w in n) print w, n[w] }' > "$1"/part-00000`;

export const mawk: Peer = {
  name: 'mawk',
  title: 'tr, mawk',
  install: 'apt install mawk',
  find: () =>
    installed('tr', 'mawk')
      ? {
          wordCount: ({ inputs, output }) => ({
            ...shell(`${SPLIT} | ${COUNT}`, output, ...inputs),
            env: { LC_ALL: 'C' },
          }),
        }
      : undefined,
};
