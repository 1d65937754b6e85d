export { runExecutor } from './main.ts';
export type { Builtins } from './load-program.ts';
