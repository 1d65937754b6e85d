import { runExecutor } from '@mapreduce/worker/executor';
import { builtins } from '../builtins.ts';
import { exitWith } from '../report-error.ts';

/** `mapreduce executor`: the process that runs user code; a worker starts it, never a person. */
export function executor(): Promise<void> {
  return exitWith(async () => {
    await runExecutor({ builtins });
    return 0;
  });
}
