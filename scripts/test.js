/** `npm test`: every suite, on a machine that may have nothing but Node.js 20 and npm. */
import { join } from 'node:path';
import { becomeNode24 } from '../packages/cli/bin/node24.js';
import { ensureDependencies, root } from './ensure.js';

ensureDependencies();
becomeNode24([join(root, 'scripts/run-suites.js'), ...process.argv.slice(2)]);
