import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  GraphDrawStyle,
  StackingMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common';
import * as common from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

/** A PromQL query, and what its series are called (`{{label}}`). */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface PanelSpec {
  readonly title: string;
  /** What it shows, and what is to be seen in it. */
  readonly description: string;
  /** Grafana's name of a unit: `short`, `s`, `bytes`, `Bps`, `percentunit`, … */
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly isStacked?: boolean;
}

/** What every panel reads from: the reader's choice of a Prometheus. */
export const datasource = { type: 'prometheus', uid: '$datasource' };

const targetsOf = (queries: readonly Query[]) =>
  queries.map(({ expr, legend }, index) =>
    new DataqueryBuilder()
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + index)),
  );

/** Lines over time; 24 columns are a row. */
export function graph(
  { title, description, unit, queries, isStacked = false }: PanelSpec,
  span = 8,
): Builder<Panel> {
  return new timeseries.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .min(0)
    .span(span)
    .height(8)
    .drawStyle(GraphDrawStyle.Line)
    .fillOpacity(isStacked ? 40 : 10)
    .showPoints(VisibilityMode.Never)
    .stacking(
      new common.StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None),
    )
    .targets(targetsOf(queries));
}

/** The number of the moment. */
export function figure({ title, description, unit, queries }: PanelSpec, span = 4): Builder<Panel> {
  return new stat.PanelBuilder()
    .title(title)
    .description(description)
    .datasource(datasource)
    .unit(unit)
    .span(span)
    .height(4)
    .targets(targetsOf(queries));
}
