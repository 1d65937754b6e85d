import { defineJob } from '@mapreduce/sdk';

export default defineJob({
  map: () => {
    const hoard: Uint8Array[] = [];
    // Outside of V8's heap, which has a limit of its own.
    for (;;) hoard.push(new Uint8Array(2 ** 26).fill(1));
  },
});
