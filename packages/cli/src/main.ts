import { fileURLToPath } from 'node:url';
import { reportError } from './report-error.ts';
import { keepCompiled } from './roles/keep-compiled.ts';

/** What each role's processes run too: they must load nothing that the command line alone needs. */
const entry = fileURLToPath(import.meta.url);
const [command, ...args] = process.argv.slice(2);
const wantsHelp = args.includes('--help') || args.includes('-h');

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = reportError(error);
}

async function main(): Promise<number> {
  if (command === 'executor' || command === 'worker' || command === 'coordinator') keepCompiled();
  if (command === 'executor') return (await import('./roles/executor.ts')).executor();
  if (command === 'worker' && !wantsHelp)
    return (await import('./roles/worker.ts')).worker(args, entry);
  if (command === 'coordinator' && !wantsHelp) {
    return (await import('./roles/coordinator.ts')).coordinator(args);
  }
  return (await import('./command-line.ts')).commandLine(entry, process.argv);
}
