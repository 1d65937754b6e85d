import { alerts, type Alert } from './alerts.ts';

/** Where the runbooks are read. */
const runbooks = 'https://mapreduce.dev/docs/alerts';

/** The groups of a Prometheus rule file. */
export function ruleGroups() {
  return {
    groups: [
      {
        name: 'mapreduce',
        rules: alerts.map((alert) => ({
          alert: alert.name,
          expr: alert.expr,
          for: alert.for,
          labels: { severity: alert.severity },
          annotations: {
            summary: alert.summary,
            description: alert.meaning,
            runbook_url: `${runbooks}#${alert.name.toLowerCase()}`,
          },
        })),
      },
    ],
  };
}

/** docs/alerts.md: a runbook for each alert. */
export function runbookPage(): string {
  return [
    '# Alerts',
    '',
    'What each alert of the chart means, and what to do. Made from `scripts/alerts` by `npm run generate`.',
    '',
    ...alerts.flatMap(runbook),
  ].join('\n');
}

function runbook({ name, severity, expr, for: time, meaning, steps }: Alert): string[] {
  return [
    `## ${name}`,
    '',
    `${severity}; fires after ${time} of:`,
    '',
    '```promql',
    expr,
    '```',
    '',
    meaning,
    '',
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    '',
  ];
}
