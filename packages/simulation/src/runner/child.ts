import { runSeed } from './run-seed.ts';

/*
 * A process that runs the seeds it is told of, one after the other, and sends back what each came to.
 */

// Stacks cost a third of a seed; whoever looks into a failure runs it again.
Error.stackTraceLimit = 0;

process.on('message', ({ first, count }: { readonly first: number; readonly count: number }) => {
  void (async () => {
    for (let seed = first; seed < first + count; seed += 1) process.send?.(await runSeed(seed));
  })();
});
process.on('disconnect', () => process.exit());
