export * from './ports/clock.ts';
export * from './ports/codec.ts';
export * from './ports/disk.ts';
export * from './ports/log.ts';
export * from './ports/random.ts';
export * from './ports/spawn.ts';
export * from './ports/transport.ts';
export * from './ports/web.ts';
