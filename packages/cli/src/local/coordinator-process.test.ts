import { describe, expect, it } from '@jest/globals';
import type { CoordinatorConfig } from '@mapreduce/protocol';
import { aJobSettings } from '@mapreduce/testing';
import type { CliError } from '../exit-codes.ts';
import { CoordinatorProcess } from './coordinator-process.ts';
import type { Ended, RoleProcess } from './role-process.ts';

const config: CoordinatorConfig = {
  ...{ job: aJobSettings(), inputs: [] },
  output: { kind: 'file', directory: '/out', overwrite: false },
  listen: { host: '127.0.0.1', port: 0 },
  tokens: { control: '', worker: '' },
  ...{ stateDirectory: '/state', generation: 1, lingerMs: 0 },
};

/** A process that ends and listens when the test says so. */
class FakeProcess {
  readonly sent: unknown[] = [];
  readonly #ready = Promise.withResolvers<unknown>();
  readonly #ended = Promise.withResolvers<Ended>();
  readonly ready = this.#ready.promise;
  readonly ended = this.#ended.promise;

  send(message: unknown): void {
    this.sent.push(message);
  }

  listen(port: number): void {
    this.#ready.resolve({ listening: `http://127.0.0.1:${port}` });
  }

  end(ended: Ended): void {
    this.#ended.resolve(ended);
  }

  kill(): void {
    this.end({ code: null, signal: 'SIGKILL' });
  }
}

function begin() {
  const started: FakeProcess[] = [];
  const restarts: Ended[] = [];
  const errors: CliError[] = [];
  const coordinator = new CoordinatorProcess({
    start: () => {
      const process = new FakeProcess();
      started.push(process);
      return process as unknown as RoleProcess;
    },
    onRestart: (ended) => restarts.push(ended),
    onLost: (error) => errors.push(error),
    log: '/logs/coordinator.log',
  });
  const last = () => started.at(-1) as FakeProcess;
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { coordinator, started, restarts, errors, last, settled };
}

const killed: Ended = { code: null, signal: 'SIGKILL' };

describe('CoordinatorProcess', () => {
  it('starts a dead coordinator again, with the port that it had', async () => {
    const { coordinator, started, restarts, last, settled } = begin();
    const address = coordinator.configure(config);
    last().listen(4_321);
    expect(await address).toBe('http://127.0.0.1:4321');
    last().end(killed);
    await settled();
    const listen = { host: '127.0.0.1', port: 4_321 };
    expect(last().sent).toEqual([{ ...config, listen }]);
    expect([started.length, coordinator.lives]).toEqual([2, 2]);
    expect(restarts).toEqual([killed]);
  });

  it('does so too before the first one listens', async () => {
    const { coordinator, last, settled } = begin();
    const address = coordinator.configure(config);
    last().end(killed);
    await settled();
    expect(last().sent).toEqual([config]);
    last().listen(5_000);
    expect(await address).toBe('http://127.0.0.1:5000');
  });

  it('gives up one that does not stay up, and says where its log is', async () => {
    const { started, errors, last, settled } = begin();
    for (let life = 0; life < 5; life++) {
      last().end(killed);
      await settled();
    }
    expect(started).toHaveLength(5);
    expect(errors.map(({ exitCode }) => exitCode)).toEqual([5]);
    expect(errors[0]?.message).toBe(
      'the coordinator does not stay up (SIGKILL); its log is /logs/coordinator.log',
    );
  });

  it('does not start one again that refused its configuration, or that it killed itself', async () => {
    const refused = begin();
    refused.last().end({ code: 2, signal: null });
    await refused.settled();
    expect(refused.started).toHaveLength(1);
    expect(refused.errors).toHaveLength(1);
    const stopped = begin();
    stopped.coordinator.kill();
    await stopped.settled();
    expect([stopped.started.length, stopped.errors.length]).toEqual([1, 0]);
  });
});
