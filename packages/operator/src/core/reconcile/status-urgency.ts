/** Fields that only tell how far the job has come. */
const counting = new Set([
  'progress',
  'maps',
  'reduces',
  'phaseSeconds',
  'attempts',
  'workers',
  'observedGeneration',
]);

/** Whether a change of the status is more than progress, so that it does not wait. */
export function isUrgent(patch: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(patch).some((field) => !counting.has(field));
}
