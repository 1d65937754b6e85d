/** `npm start`: the demo, on a machine that may have nothing but Node.js 20 and npm. */
import { join } from 'node:path';
import { becomeNode24 } from '../packages/cli/bin/node24.js';
import { ensureDependencies, root } from './ensure.js';

ensureDependencies();
becomeNode24([join(root, 'packages/cli/bin/mapreduce.js'), 'demo', ...process.argv.slice(2)]);
