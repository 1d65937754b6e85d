export { customResourceDefinition } from './definition.ts';
export { fieldReference } from './reference.ts';
export { lower, type StructuralSchema } from './lower.ts';
