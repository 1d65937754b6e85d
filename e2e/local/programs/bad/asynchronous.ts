import { defineJob } from '@mapreduce/sdk';

const map: (line: string) => unknown = async () => {
  await Promise.resolve();
};

export default defineJob({ map });
