import { shell } from '../harness/command.ts';
import { installed } from './find.ts';
import type { Peer } from './peer.ts';

const SPLIT = `mkdir "$1"; cat "\${@:3}" | tr -cs A-Za-z '\\n'`;
const COUNT = `sort --parallel=2 -T "$2" | uniq -c | grep '[A-Za-z]' > "$1"/part-00000`;

export const gnu: Peer = {
  name: 'gnu',
  title: 'GNU tr, sort, uniq',
  install: 'apt install coreutils',
  find: () =>
    installed('tr', 'sort', 'uniq')
      ? {
          wordCount: ({ inputs, output, scratch }) => ({
            ...shell(`${SPLIT} | ${COUNT}`, output, scratch, ...inputs),
            env: { LC_ALL: 'C' },
          }),
        }
      : undefined,
};
