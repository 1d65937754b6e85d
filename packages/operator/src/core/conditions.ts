import type { Condition, ConditionType } from '@mapreduce/protocol/resource';
import { formatTime } from './time.ts';

export interface ConditionValue {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

const longestMessage = 4_096;

export function conditionOf(conditions: readonly Condition[] | undefined, type: ConditionType) {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: ConditionType): boolean {
  return conditionOf(conditions, type)?.status === 'True';
}

/** The conditions with this one set; its time changes with its status alone. */
export function withCondition(
  conditions: readonly Condition[],
  { type, status, reason, message }: ConditionValue,
  observedGeneration: number,
  now: number,
): Condition[] {
  const before = conditionOf(conditions, type);
  const lastTransitionTime =
    before?.status === status ? before.lastTransitionTime : formatTime(now);
  const next: Condition = {
    type,
    status,
    reason,
    message: message.slice(0, longestMessage),
    lastTransitionTime,
    observedGeneration,
  };
  return before === undefined
    ? [...conditions, next]
    : conditions.map((condition) => (condition === before ? next : condition));
}
