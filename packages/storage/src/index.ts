export * from './commit-record.ts';
export * from './layout.ts';
export * from './range-source.ts';
