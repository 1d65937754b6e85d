export { valuesSchema, valuesYaml } from './files.ts';
export { chartReadme } from './readme.ts';
export { chartValuesSchema, type ChartValues } from './values.ts';
