/** The filters of the history as the address of the page has them, and as the admin API wants them. */
const MINUTE = 60_000;

/** Ranges that end now. */
export const RANGES = [
  { value: '15m', label: 'Last 15 minutes', ms: 15 * MINUTE },
  { value: '1h', label: 'Last hour', ms: 60 * MINUTE },
  { value: '24h', label: 'Last 24 hours', ms: 24 * 60 * MINUTE },
  { value: '7d', label: 'Last 7 days', ms: 7 * 24 * 60 * MINUTE },
  { value: '30d', label: 'Last 30 days', ms: 30 * 24 * 60 * MINUTE },
];

/** Every filter with its name on the page; the admin API knows them by the same names. */
export const FILTERS = {
  status: 'Status', text: 'Words', model: 'Model', model_asked: 'Model asked for', provider: 'Provider', key: 'Key', key_id: 'Key id',
  person: 'Person', team: 'Team', end_user: 'End user', route: 'Route', failure: 'Failure', tool: 'Tool', user_agent: 'User agent',
  least_cost_usd: 'Cost from', least_duration_ms: 'Duration from',
};

/** Filters and range of an address; `within`, `from` and `to` are the range. */
export function readFilters(search = location.search) {
  const params = new URLSearchParams(search);
  const filters = {};
  for (const name of ['within', 'from', 'to', ...Object.keys(FILTERS)]) {
    const value = params.get(name);
    if (value) filters[name] = value;
  }
  return filters;
}

/** What the admin API is asked for; a range that ends now is counted from now. */
export function toQuery({ within, ...filters }, now = Date.now()) {
  const range = RANGES.find((one) => one.value === within);
  return range ? { ...filters, from: now - range.ms } : filters;
}

/** Address of the list with these filters. */
export function listHref(filters, cursor = null) {
  const params = new URLSearchParams(filters);
  if (cursor) params.set('cursor', cursor);
  const text = params.toString();
  return `/console/requests${text ? `?${text}` : ''}`;
}

/** Address of one request. */
export const requestHref = (id) => `/console/requests?id=${encodeURIComponent(id)}`;
