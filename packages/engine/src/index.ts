export * from './records.ts';
export * from './tasks.ts';
