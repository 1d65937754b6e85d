import { fileURLToPath } from 'node:url';
import { keepCompiled } from './roles/keep-compiled.ts';

/**
 * What each role's processes run too: they must load nothing that the command line alone needs. The
 * packed command has one bundle for each of the files imported here, so these share no class: none
 * throws for another to catch.
 */
const entry = fileURLToPath(import.meta.url);
const [command, ...args] = process.argv.slice(2);
const wantsHelp = args.includes('--help') || args.includes('-h');

void main();

function has(flag: string): boolean {
  return args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
}

async function main(): Promise<void> {
  if (command === 'executor') {
    keepCompiled();
    await (await import('./roles/executor.ts')).executor();
  } else if (command === 'worker' && !wantsHelp && has('--metrics-port')) {
    keepCompiled();
    await (await import('./roles/watched-worker.ts')).workerWithMetrics(args, entry);
  } else if (command === 'worker' && !wantsHelp) {
    keepCompiled();
    await (await import('./roles/worker.ts')).worker(args, entry);
  } else if (command === 'coordinator' && !wantsHelp && has('--job')) {
    keepCompiled();
    await (await import('./roles/job-coordinator.ts')).jobCoordinator(args);
  } else if (command === 'coordinator' && !wantsHelp) {
    keepCompiled();
    await (await import('./roles/coordinator.ts')).coordinator(args);
  } else {
    await (await import('./command-line.ts')).commandLine(entry, process.argv);
    // Left alone, Node would take itself apart piece by piece. What was printed is out: it is written at
    // once, to files, pipes and terminals.
    process.exit();
  }
}
