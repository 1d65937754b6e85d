import { defineJob } from '@mapreduce/sdk';

export default defineJob({
  map: async () => {
    await Promise.resolve();
  },
});
