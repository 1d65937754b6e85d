/** `npm run e2e`: the suite on a real cluster, on a machine that may have nothing but Node.js 20. */
import { join } from 'node:path';
import { becomeNode24 } from '../packages/cli/bin/node24.js';
import { ensureDependencies, root } from './ensure.js';

ensureDependencies();
becomeNode24([join(root, 'e2e/cluster/main.ts'), ...process.argv.slice(2)]);
