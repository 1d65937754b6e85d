import { answer, source } from './find.ts';
import type { Peer } from './peer.ts';

export const mrjob: Peer = {
  name: 'mrjob',
  title: 'mrjob local',
  install: 'npm run bench -- --install (pip, package mrjob)',
  find: ({ python }) => {
    if (python === undefined || answer(python, '-c', 'import mrjob') === undefined)
      return undefined;
    return {
      wordCount: ({ inputs, output, scratch, reducers }) => ({
        program: python,
        args: [
          source('mrjob_word_count.py'),
          '--runner=local',
          '--num-cores=2',
          `--jobconf=mapreduce.job.reduces=${reducers}`,
          '--no-cat-output',
          `--output-dir=${output}`,
          ...inputs,
        ],
        env: { TMPDIR: scratch },
      }),
    };
  },
};
