import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A boot takes over the journal file that another coordinator has just begun.',
  file: 'packages/coordinator/src/core/journal/journal.ts',
  find: 'const file = await disk.create(files.path(name));',
  replace:
    'const file = await disk.create(files.path(name)).catch(async () => {\n      await disk.remove(files.path(name));\n      return disk.create(files.path(name));\n    });',
  caughtBy: {
    file: 'packages/coordinator/src/core/journal/journal.test.ts',
    name: 'a journal is begun by one of two coordinators that start at once',
  },
};
