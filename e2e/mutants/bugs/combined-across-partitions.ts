import type { Bug } from '../bug.ts';

export const bug: Bug = {
  breaks: 'A combined value goes to the partition of the entry before it.',
  file: 'packages/engine/src/map/combining-collector.ts',
  find: 'this.#partitions[entry] = this.#partitioner.of(this.#table.arena, start, end);',
  replace:
    'this.#partitions[entry] = this.#partitioner.of(this.#table.arena, start, end);\n    if (entry > 0 && entry % 7 === 0) this.#partitions[entry] = this.#partitions[entry - 1] ?? 0;',
  caughtBy: 'simulator',
};
