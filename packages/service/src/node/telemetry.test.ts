import { afterEach, describe, expect, it } from '@jest/globals';
import { serveTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts';

const text = 'mapreduce_up 1\n';
const metrics = { contentType: 'text/plain; version=0.0.4', metrics: () => Promise.resolve(text) };

let telemetry: Telemetry | undefined;
afterEach(() => telemetry?.close());

async function ask(path: string, options: Partial<TelemetryOptions> = {}, method = 'GET') {
  telemetry = await serveTelemetry({
    port: 0,
    host: '127.0.0.1',
    metrics,
    isReady: () => true,
    ...options,
  });
  const response = await fetch(`http://127.0.0.1:${telemetry.port}${path}`, { method });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text: await response.text(),
  };
}

describe('the telemetry port', () => {
  it('serves metrics as their source writes them', async () => {
    expect(await ask('/metrics')).toEqual({ status: 200, type: metrics.contentType, text });
  });

  it('says that metrics could not be read', async () => {
    const broken = { ...metrics, metrics: () => Promise.reject(new Error('no registry')) };
    expect(await ask('/metrics', { metrics: broken })).toMatchObject({
      status: 500,
      text: 'Error: no registry\n',
    });
  });

  it.each([
    ['/readyz', { isReady: () => false }, 503],
    ['/readyz', { isReady: () => true }, 200],
    ['/healthz', { isReady: () => false }, 200],
    ['/healthz', { isHealthy: () => false }, 503],
    ['/v1/status', {}, 404],
  ])('answers %s with what it is told: %#', async (path, options, status) => {
    expect((await ask(path, options)).status).toBe(status);
  });

  it('only ever reads', async () => {
    expect((await ask('/metrics', {}, 'POST')).status).toBe(405);
  });

  it('says that its port is taken', async () => {
    telemetry = await serveTelemetry({ port: 0, host: '127.0.0.1', metrics, isReady: () => true });
    const { port } = telemetry;
    await expect(
      serveTelemetry({ port, host: '127.0.0.1', metrics, isReady: () => true }),
    ).rejects.toThrow('EADDRINUSE');
  });
});
