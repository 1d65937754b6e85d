export { controlPlane, type ControlPlaneOptions } from './control-plane.ts';
export {
  runCoordinator,
  StartError,
  type CoordinatorOutcome,
  type CoordinatorRun,
} from './main.ts';
