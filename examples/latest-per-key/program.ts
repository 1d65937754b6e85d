import { defineJob, ndjson, ndjsonWriter, type Emit, type Value } from '@mapreduce/sdk';

/** A line of the input: `{"id":"a","time":1700000000000,"state":"open"}`. */
interface Event {
  readonly id: string;
  readonly time: number;
  readonly [field: string]: Value;
}

/**
 * Keeps the newest event of each id. Keys are (id, time): pairs are grouped by the id alone and come
 * newest first, so `reduce` reads one value and leaves the rest of the history unread. Of two events
 * with one time, the one that comes first in the input is kept.
 */
export default defineJob({
  reader: ndjson<Event>(),
  map: (event, emit: Emit<readonly [string, number], Event>) => {
    emit([event.id, event.time], event);
  },
  group: 1,
  order: ['ascending', 'descending'],
  reduce: ([id], events, emit: Emit<string, Event>) => {
    for (const event of events) {
      emit(id, event);
      return;
    }
  },
  writer: ndjsonWriter(),
});
