/**
 * Loaded first into every process of the packed command while it is built: keeps what V8 has compiled
 * of its bundle for those who will run it. Processes of a run end by SIGKILL, so it is kept again and
 * again; of several processes of a role, what has compiled most counts.
 */
import { renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { compiledFolder } from './src/packed/load-bundle.ts';

const EVERY_MS = 100;

// V8 writes into what it compiled under which flags that was, and takes it under no other: those that a
// process sets for itself later are not those of a start.
v8.setFlagsFromString = () => undefined;

vm.Script = class extends vm.Script {
  constructor(source: string, options: vm.ScriptOptions & { readonly filename: string }) {
    super(source, options);
    const { filename } = options;
    const target = join(dirname(filename), compiledFolder, basename(filename, '.js'));
    const keep = () => {
      const compiled = this.createCachedData();
      if (compiled.length <= statSync(target).size) return;
      // Another process may be reading it, or about to replace it too.
      const own = `${target}.${process.pid}`;
      writeFileSync(own, compiled);
      renameSync(own, target);
    };
    setInterval(keep, EVERY_MS).unref();
    process.on('exit', keep);
  }
};
