export { faultKinds, type Fault, type FaultKind } from './core/faults/fault.ts';
export { drawScenario, type Scenario } from './core/scenario.ts';
export { simulate, type SeedResult } from './core/simulate.ts';
export { SummaryBuilder, type Summary } from './core/summary.ts';
export type { Computing } from './core/world/world.ts';
