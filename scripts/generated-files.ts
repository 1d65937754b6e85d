import { format } from 'prettier';
import { stringify } from 'yaml';
import { chartReadme, valuesSchema, valuesYaml } from '@mapreduce/operator/chart';
import { customResourceDefinition, fieldReference } from '@mapreduce/operator/crd';
import { ruleGroups, runbookPage } from './alerts/rules.ts';
import { jobDashboard } from './dashboards/job.ts';
import { operatorDashboard } from './dashboards/operator.ts';

/** Every file that is made from schemas, dashboards and alerts: path from the repository's root, and content. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const definition = customResourceDefinition();
  const [version] = definition.spec.versions;
  if (version === undefined) throw new Error('the definition has no version');
  const files: [path: string, content: string, parser: 'yaml' | 'json' | 'markdown'][] = [
    [
      'charts/mapreduce/files/mapreducejobs.yaml',
      stringify(definition, { aliasDuplicateObjects: false }),
      'yaml',
    ],
    ['charts/mapreduce/values.yaml', valuesYaml(), 'yaml'],
    ['charts/mapreduce/values.schema.json', valuesSchema(), 'json'],
    ['charts/mapreduce/README.md', chartReadme(), 'markdown'],
    ['charts/mapreduce/dashboards/job.json', JSON.stringify(jobDashboard), 'json'],
    ['charts/mapreduce/dashboards/operator.json', JSON.stringify(operatorDashboard), 'json'],
    ['charts/mapreduce/rules/mapreduce.yaml', stringify(ruleGroups()), 'yaml'],
    ['docs/alerts.md', runbookPage(), 'markdown'],
    ['docs/mapreducejob.md', fieldReference(version.schema.openAPIV3Schema), 'markdown'],
  ];
  const options = { singleQuote: true, printWidth: 100 };
  return new Map(
    await Promise.all(
      files.map(
        async ([path, content, parser]) =>
          [path, await format(content, { ...options, parser })] as const,
      ),
    ),
  );
}
