import { cases } from '../cases/index.ts';
import type { Case } from '../cases/case.ts';
import { faultKinds, type FaultKind } from '../world/recorder.ts';
import { findTools, type Tools } from './tools.ts';
import { runInside } from './sandbox.ts';
import { logTails } from './log-tails.ts';

/** Far more than any case takes, on a busy machine too. */
const caseLimitMs = 120_000;

export interface CaseOptions {
  readonly isIsolated: boolean;
  readonly jobs: number;
  /** Default: all. */
  readonly names: readonly string[] | undefined;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs cases, some at a time, and prints how each went, what was fired, and what was left out. */
export async function runCases({ isIsolated, jobs, names }: CaseOptions): Promise<Counts> {
  const chosen = cases.filter(({ name }) => names?.includes(name) ?? true);
  const tools = findTools(isIsolated, chosen);
  const fired = new Map<FaultKind, number>();
  let passed = 0;
  let failed = 0;

  async function run({ name, needs = [] }: Case): Promise<void> {
    const { missing, toxiproxy } = await need(tools, needs);
    if (missing !== undefined) {
      console.log(`LEFT OUT  ${name}: ${missing}`);
      return;
    }
    const start = performance.now();
    const faults: string[] = [];
    const { error, directory } = await runInside(
      { kind: 'case', name, toxiproxy },
      {
        isIsolated,
        limitMs: caseLimitMs,
        onReport: (report) => {
          if (report.kind !== 'fault') return;
          const { kind, detail, atMs } = report.fault;
          fired.set(kind, (fired.get(kind) ?? 0) + 1);
          faults.push(`${(atMs / 1000).toFixed(2)} s  ${kind}: ${detail}`);
        },
      },
    );
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (error === undefined) {
      passed += 1;
      console.log(`passed    ${name}  (${seconds} s, ${faults.length} faults)`);
      return;
    }
    failed += 1;
    console.log(
      [`FAILED    ${name}  (${seconds} s)`, error, ...faults, logTails(directory)].join('\n'),
    );
  }

  const queue = [...chosen];
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next);
    }),
  );
  const summary = [...fired].map(([kind, count]) => `${kind} ${count}`).sort();
  console.log(`\nfaults fired: ${summary.join(', ')}`);
  const never = faultKinds.filter((kind) => !fired.has(kind));
  if (names === undefined && never.length > 0) {
    failed += 1;
    console.log(`FAILED    these never fired: ${never.join(', ')}`);
  }
  return { passed, failed };
}

async function need(tools: Tools, needs: NonNullable<Case['needs']>) {
  for (const name of needs) {
    const missing = await tools[name];
    if (missing !== undefined) return { missing, toxiproxy: undefined };
  }
  return {
    missing: undefined,
    toxiproxy: needs.includes('toxiproxy') ? await tools.toxiproxyPath : undefined,
  };
}
