import { readFileSync } from 'node:fs';

/** Between two looks, in milliseconds. */
const lookMs = 250;

/**
 * Calls `onOver` once, with its size in bytes, when the resident memory of a process is over the
 * limit: V8 bounds its own heap alone, not what buffers and typed arrays take beside it. Looks where
 * there is a `/proc`. Returns how to stop looking.
 */
export function watchResident(
  pid: number,
  limitBytes: number,
  onOver: (residentBytes: number) => void,
): () => void {
  const timer = setInterval(() => {
    const resident = residentBytes(pid);
    if (resident === undefined || resident <= limitBytes) return;
    clearInterval(timer);
    onOver(resident);
  }, lookMs).unref();
  return () => clearInterval(timer);
}

/** Undefined where nobody can say, as of a process that has ended. */
function residentBytes(pid: number): number | undefined {
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1_024;
  } catch {
    return undefined;
  }
}
