import { runExecutor } from '@mapreduce/worker/executor';
import { builtins } from '../builtins.ts';

/** `mapreduce executor`: the process that runs user code; a worker starts it, never a person. */
export async function executor(): Promise<number> {
  await runExecutor({ builtins });
  return 0;
}
