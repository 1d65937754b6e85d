import { sameEpoch, ServiceError, type Epoch, type Incarnation } from '@mapreduce/protocol';
import { workerState, type SchedulerState } from '@mapreduce/scheduler';

/** Who speaks, and to which coordinator. */
export interface Sender {
  readonly incarnation: Incarnation;
  readonly epoch: Epoch;
}

/** Throws `WRONG_EPOCH` or `UNKNOWN_WORKER` unless a live worker of this epoch speaks. */
export function checkSender(
  { incarnation, epoch }: Sender,
  own: Epoch,
  scheduler: SchedulerState,
): void {
  if (!sameEpoch(epoch, own)) {
    throw new ServiceError('WRONG_EPOCH', 'this coordinator serves another epoch', { epoch: own });
  }
  if (workerState(scheduler, incarnation) !== 'alive') {
    throw new ServiceError('UNKNOWN_WORKER', 'this worker is not registered, or was given up');
  }
}
