import { processesOf } from '../../local/support/processes.ts';
import type { Role } from '../world/role.ts';
import type { WorkerControl } from '../world/worker-control.ts';
import { pause, type World } from '../world/world.ts';
import type { Heal } from './links.ts';

/** Kills a worker with its executors, as the loss of a machine would. */
export async function killWorker(world: World, worker: WorkerControl): Promise<void> {
  await worker.role.kill();
  world.setting.recorder.fired('kill worker', worker.name);
}

/** Kills the supervisor alone; its executors find out by themselves. */
export async function killSupervisor(world: World, worker: WorkerControl): Promise<void> {
  worker.role.signalAlone('SIGKILL');
  await worker.role.ended;
  world.setting.recorder.fired('kill worker', `${worker.name}, not its executors`);
}

/** Tells a worker to leave in good order, and waits until it has, or for `ms`; whether it has. */
export async function drainWorker(
  world: World,
  worker: WorkerControl,
  ms: number,
): Promise<boolean> {
  worker.role.signalAlone('SIGTERM');
  world.setting.recorder.fired('drain worker', worker.name);
  return Promise.race([worker.role.ended.then(() => true), pause(ms).then(() => false)]);
}

/** Kills what runs user code, and nothing else. */
export function killExecutor(world: World, worker: WorkerControl): void {
  const [executor] = worker.role.executors();
  if (executor === undefined) throw new Error(`${worker.name} has no executor`);
  process.kill(executor, 'SIGKILL');
  world.setting.recorder.fired('kill executor', worker.name);
}

/** Wipes the disk of a worker that has ended. */
export function loseDisk(world: World, worker: WorkerControl): void {
  worker.loseDisk();
  world.setting.recorder.fired('lose disk', worker.name);
}

export async function killCoordinator(world: World): Promise<void> {
  await world.coordinator.role.kill();
  world.setting.recorder.fired('kill coordinator', 'the coordinator');
}

/** Takes the journal of a coordinator that has ended. */
export function loseJournal(world: World): void {
  world.coordinator.loseJournal();
  world.setting.recorder.fired('lose journal', 'the coordinator');
}

/** Freezes a process and its children; they notice nothing of it. */
export function stopProcess(world: World, name: string, role: Role): Heal {
  const family = [role.pid, ...processesOf(role.pid, 'executor').map(({ pid }) => pid)];
  const send = (signal: NodeJS.Signals) => {
    for (const pid of family) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  send('SIGSTOP');
  world.setting.recorder.fired('stop process', name);
  return () => send('SIGCONT');
}
