/** Sums of usage as the page shows them: ranges, steps without gaps, groups, totals. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long a step takes. */
export const STEP_MS = { minute: 60_000, hour: HOUR, day: DAY };

/** Ranges that end now, the steps that they may be shown in, the usual one first. */
export const RANGES = [
  { value: '1h', label: 'Last hour', ms: HOUR, periods: ['minute'] },
  { value: '24h', label: 'Last 24 hours', ms: DAY, periods: ['hour', 'minute'] },
  { value: '7d', label: 'Last 7 days', ms: 7 * DAY, periods: ['hour', 'day'] },
  { value: '30d', label: 'Last 30 days', ms: 30 * DAY, periods: ['day', 'hour'] },
  { value: '90d', label: 'Last 90 days', ms: 90 * DAY, periods: ['day'] },
  { value: '1y', label: 'Last year', ms: 365 * DAY, periods: ['day'] },
];

/** What the sums are told apart by. */
export const GROUPS = { model: 'Model', provider: 'Provider', key: 'Key', person: 'Person', team: 'Team' };

/** What the gateway is asked to tell apart. Providers know different models by one name. */
export const askedBy = (by) => (by === 'model' ? 'model,provider' : by);

/** The group of a step. */
const groupOf = (step, by) => (by === 'model' && step.model && step.provider ? `${step.provider}/${step.model}` : step[by] ?? '');

/** The filters that leave nothing but the group of a step. */
const filtersOf = (step, by) => (by === 'model' && step.provider ? { model: step.model, provider: step.provider } : { [by]: step[by] });

/** What is plotted: `of` reads it from a sum, `format` names the way it is written. */
export const MEASURES = {
  cost: { label: 'Cost', of: (sum) => sum.cost_nano_usd, format: 'money' },
  requests: { label: 'Requests', of: (sum) => sum.requests, format: 'short' },
  tokens: { label: 'Tokens', of: (sum) => promptTokens(sum) + answerTokens(sum), format: 'short' },
  errors: { label: 'Errors', of: (sum) => sum.failed, format: 'short' },
  latency: { label: 'Latency', format: 'duration' },
};

export const promptTokens = ({ tokens }) => tokens.input + tokens.cached + tokens.cache_write;
export const answerTokens = ({ tokens }) => tokens.output + tokens.reasoning;

/** Groups that have a colour of their own; what is left is one more. */
const MOST_SERIES = 7;

const nothing = () => ({ requests: 0, failed: 0, unpriced: 0, estimated: 0, cost_nano_usd: 0, tokens: { input: 0, cached: 0, cache_write: 0, output: 0, reasoning: 0 } });

function add(sum, step) {
  for (const name of ['requests', 'failed', 'unpriced', 'estimated', 'cost_nano_usd']) sum[name] += step[name];
  for (const name of Object.keys(sum.tokens)) sum.tokens[name] += step.tokens[name];
  return sum;
}

/** Everything together. */
export const total = (steps) => steps.reduce(add, nothing());

/** Groups by their value, the dearest first, then the busiest; `only` are the filters of each. */
export function grouped(steps, by) {
  const sums = new Map();
  for (const step of steps) {
    const value = groupOf(step, by);
    if (!sums.has(value)) sums.set(value, { ...nothing(), only: filtersOf(step, by) });
    add(sums.get(value), step);
  }
  return [...sums].map(([value, sum]) => ({ value, ...sum }))
    .sort((one, other) => other.cost_nano_usd - one.cost_nano_usd || other.requests - one.requests);
}

/** Begins of all steps, those without requests too. */
export function startsOf(usage) {
  const starts = [];
  for (let start = usage.from; start < usage.to; start += STEP_MS[usage.period]) starts.push(start);
  return starts;
}

/** One series a group, of those that weigh most; `rest` sums up the others. */
export function seriesOf(usage, by, measure) {
  const { of } = MEASURES[measure];
  const starts = startsOf(usage);
  const index = new Map(starts.map((start, at) => [start, at]));
  const weights = grouped(usage.data, by).map((group) => ({ value: group.value, weight: of(group) })).filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  const own = weights.slice(0, weights.length > MOST_SERIES + 1 ? MOST_SERIES : MOST_SERIES + 1);
  const series = own.map(({ value }) => ({ value, rest: 0, values: new Array(starts.length).fill(0) }));
  if (weights.length > own.length) series.push({ value: null, rest: weights.length - own.length, values: new Array(starts.length).fill(0) });
  const place = new Map(own.map(({ value }, at) => [value, at]));
  for (const step of usage.data) {
    const line = series[place.get(groupOf(step, by)) ?? own.length];
    const at = index.get(step.start);
    if (line && at !== undefined) line.values[at] += of(step);
  }
  return { starts, series };
}

/** Quantiles by time; a step without requests has none. */
export function latencyOf(usage) {
  const starts = startsOf(usage);
  const index = new Map(starts.map((start, at) => [start, at]));
  const lines = [['duration_ms', 'p50', 'Duration p50'], ['duration_ms', 'p95', 'Duration p95'], ['duration_ms', 'p99', 'Duration p99'],
    ['first_byte_ms', 'p50', 'First byte p50'], ['first_byte_ms', 'p95', 'First byte p95']];
  const series = lines.map(([of, quantile, label]) => {
    const values = new Array(starts.length).fill(null);
    for (const step of usage.data) {
      const at = index.get(step.start);
      if (at !== undefined && step[of][quantile] >= 0) values[at] = step[of][quantile];
    }
    return { value: label, rest: 0, values };
  }).filter(({ values }) => values.some((value) => value !== null));
  return { starts, series };
}
