export * from './ids.ts';
export * from './job.ts';
export * from './tasks.ts';
export * from './errors.ts';
export * from './routes.ts';
export * from './status.ts';
export * from './config.ts';
export * from './executor.ts';
