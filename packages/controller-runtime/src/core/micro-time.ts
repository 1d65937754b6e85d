const pad = (value: number, digits: number) => String(value).padStart(digits, '0');

/**
 * Wall-clock milliseconds since 1970 as Kubernetes' MicroTime, such as
 * `2030-01-31T09:05:00.120000Z`: it refuses fewer than six digits.
 */
export function microTime(wallMs: number): string {
  const ms = Math.floor(wallMs);
  const days = Math.floor(ms / 86_400_000);
  const rest = ms - days * 86_400_000;
  const [year, month, day] = civilDate(days);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const part = (unit: number, size: number) => pad(Math.floor(rest / unit) % size, 2);
  const time = `${part(3_600_000, 24)}:${part(60_000, 60)}:${part(1_000, 60)}`;
  return `${date}T${time}.${pad(rest % 1_000, 3)}000Z`;
}

/** Year, month and day of a day since 1970, by the 400-year cycle of the calendar from March on. */
function civilDate(days: number): [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
