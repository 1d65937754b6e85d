export { letHeapGrow } from './heap-growth.ts';
export { runWorker, workerExit, type WorkerSettings } from './main.ts';
