export * from './core/node-facts.ts';
export * from './core/reconcile/operator.ts';
