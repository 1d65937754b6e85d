/**
 * Loaded first into each process of a run: notes in a file whether V8 took the compiled code that is
 * packed with the bundle that the process loads.
 */
import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { env } from 'node:process';
import vm from 'node:vm';

vm.Script = class extends vm.Script {
  /**
   * @param {string} source
   * @param {vm.ScriptOptions & { filename: string }} options
   */
  constructor(source, options) {
    super(source, options);
    const took = this.cachedDataRejected === false ? 'took' : 'did not take';
    appendFileSync(env['TELL_COMPILED'] ?? '', `${basename(options.filename, '.js')} ${took}\n`);
  }
};
