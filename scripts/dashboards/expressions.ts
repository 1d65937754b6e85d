/** PromQL that panels share. A selector such as `{name="x"}` may be empty. */

/** How fast a counter grows, by labels. */
export const rateBy = (by: string, metric: string, selector = '') =>
  `sum by (${by}) (rate(${metric}${selector}[$__rate_interval]))`;

/** A quantile, from 0 to 1, of what a histogram has counted of late. */
export const quantileOf = (quantile: number, metric: string, selector = '') =>
  `histogram_quantile(${quantile}, ${rateBy('le', `${metric}_bucket`, selector)})`;
