import { defineJob } from '@mapreduce/sdk';

export default defineJob({
  map: () => {
    process.exit(0);
  },
});
