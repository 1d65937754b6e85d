export { controlPlane, type ControlPlaneOptions } from './control-plane.ts';
export {
  PreparationError,
  runCoordinator,
  StartError,
  type CoordinatorOutcome,
  type CoordinatorRun,
  type StatusSource,
  type UnpreparedJob,
} from './main.ts';
