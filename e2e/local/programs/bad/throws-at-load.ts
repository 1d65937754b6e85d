import { defineJob } from '@mapreduce/sdk';

if (Date.now() > 0) throw new Error('no such luck');

export default defineJob({ map: () => undefined });
