import { readFileSync } from 'node:fs';
import { processesOf, type ProcessRole } from './processes.ts';

/** The most bytes that any process of a role has had resident (VmHWM, kept by the kernel). */
export function residentPeak(ancestor: number, role: ProcessRole): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    for (const { pid } of processesOf(ancestor, role)) {
      try {
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
        peak = Math.max(peak, Number(kibibytes ?? 0) * 1_024);
      } catch {
        // It ended meanwhile.
      }
    }
  }, 25);
  return {
    stop: () => {
      clearInterval(timer);
      if (peak === 0) throw new Error(`no ${role} was seen`);
      return peak;
    },
  };
}
