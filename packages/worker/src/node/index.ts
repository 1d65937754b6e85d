export { runWorker, workerExit, type WorkerSettings } from './main.ts';
