import type { StreamingMapRun, StreamingReduceRun } from './streaming-run.ts';

/** What the commands of a map find in their environment, under the names that Hadoop has for it. */
export function mapEnvironment(run: StreamingMapRun): Record<string, string> {
  const { split } = run;
  return {
    ...taskEnvironment(run, 'map', split.index),
    mapreduce_map_input_file: split.name,
    mapreduce_map_input_start: String(split.start),
    mapreduce_map_input_length: String(split.end - split.start),
  };
}

export function reduceEnvironment(run: StreamingReduceRun): Record<string, string> {
  return taskEnvironment(run, 'reduce', run.partition);
}

function taskEnvironment(
  { attempt, settings }: Pick<StreamingMapRun, 'attempt' | 'settings'>,
  kind: 'map' | 'reduce',
  index: number,
): Record<string, string> {
  return {
    mapreduce_job_id: settings.id,
    mapreduce_job_reduces: String(settings.reducers),
    mapreduce_task_id: `${kind}-${index}`,
    mapreduce_task_attempt_id: attempt,
    mapreduce_task_partition: String(index),
    mapreduce_task_ismap: String(kind === 'map'),
  };
}
