import { examples } from '@mapreduce/examples';

/** The examples as the executor wants them: by name, each loaded when it is asked for. */
export const builtins: Readonly<Record<string, () => Promise<unknown>>> = Object.fromEntries(
  Object.entries(examples).map(([name, { load }]) => [name, async () => (await load()).default]),
);
