/** Numbers, times and money as people read them; everything unknown is a dash, never a zero. */
const NONE = '–';
const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const cents = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { year: 'numeric', month: 'short', day: '2-digit' });

const known = (value) => value !== null && value !== undefined;

export const count = (value) => (known(value) ? whole.format(value) : NONE);
export const short = (value) => (known(value) ? (value < 10000 ? whole.format(value) : compact.format(value)) : NONE);

/** Billionths of a dollar; small sums keep the digits that tell them apart. */
export function money(nanoUsd) {
  if (!known(nanoUsd)) return NONE;
  const usd = nanoUsd / 1e9;
  if (usd === 0) return '$0';
  if (Math.abs(usd) >= 100) return `$${cents.format(usd)}`;
  const text = usd.toFixed(Math.abs(usd) >= 0.01 ? 4 : 9).replace(/(\.\d\d\d*?)0+$/, '$1');
  return `$${text}`;
}

/** The same as a headline, in about eight characters: large sums without cents, small ones to two digits. */
export function moneyShort(nanoUsd) {
  if (!known(nanoUsd)) return NONE;
  const usd = nanoUsd / 1e9;
  if (usd >= 1e6) return `$${compact.format(usd)}`;
  if (usd >= 10_000) return `$${whole.format(Math.round(usd))}`;
  if (usd >= 1) return `$${cents.format(usd)}`;
  if (usd === 0) return '$0';
  return `$${usd.toFixed(Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(usd))))).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

export function duration(ms) {
  if (!known(ms)) return NONE;
  if (ms < 1000) return `${ms < 10 ? Number(ms.toFixed?.(1) ?? ms) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

export function bytes(value) {
  if (!known(value)) return NONE;
  if (value < 1024) return `${value} B`;
  if (value < 1024 * 1024) return `${(value / 1024).toFixed(1)} KiB`;
  return `${(value / 1024 / 1024).toFixed(1)} MiB`;
}

/** Today the time, before that the day and the time. */
export function time(ms) {
  if (!known(ms)) return NONE;
  const date = new Date(ms);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`;
}

export const date = (ms) => (known(ms) ? day.format(new Date(ms)) : NONE);
export const iso = (ms) => (known(ms) ? new Date(ms).toISOString() : '');

/** `good`, `warn`, `bad` by the status of an answer. */
export const tone = (status) => (status >= 500 || status === 0 ? 'bad' : status >= 400 ? 'warn' : 'good');
