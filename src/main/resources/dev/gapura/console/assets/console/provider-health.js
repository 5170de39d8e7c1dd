import { badge } from '../ui/parts.js';
import { duration } from '../ui/format.js';

/** Quantiles are -1 where there was nothing to measure. */
export const quantile = (ms) => duration(ms === undefined || ms < 0 ? null : ms);

/** How a provider did lately, as a badge. */
export function health(provider) {
  if (!provider.credential) return badge('No key', 'warn');
  if (!provider.requests) return badge('No requests');
  const part = provider.failed / provider.requests;
  return part >= 0.5 ? badge('Failing', 'bad') : part >= 0.05 ? badge('Some failures', 'warn') : badge('Well', 'good');
}
