import { join } from 'node:path';
import { compile, installed, source } from './find.ts';
import type { Peer } from './peer.ts';

export const goLab: Peer = {
  name: 'go-lab',
  title: 'Go lab solution, 2 workers',
  install: 'install Go',
  find: ({ build }) => {
    if (!installed('go')) return undefined;
    const binary = join(build, 'golab');
    compile('go', ['build', '-buildvcs=false', '-o', binary, '.'], source('golab'));
    return {
      wordCount: ({ inputs, output, reducers }) => ({
        program: binary,
        args: [output, `${reducers}`, ...inputs],
      }),
    };
  },
};
