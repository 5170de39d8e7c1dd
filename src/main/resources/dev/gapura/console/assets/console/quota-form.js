import { html, nothing } from 'lit';
import { get, put } from '../ui/api.js';
import { field } from '../ui/parts.js';
import { formDialog, textOf } from './form.js';

/** Members of a limit with the words people read, in the order of the forms. */
export const MEASURES = {
  usd_per_day: 'US dollars a day', usd_per_month: 'US dollars a month', usd_total: 'US dollars in all',
  requests_per_minute: 'Requests a minute', requests_per_day: 'Requests a day', concurrent: 'Requests at a time',
  tokens_per_minute: 'Tokens a minute', tokens_per_day: 'Tokens a day',
};

/** Path of the limits of one scope. */
export const limitsPath = (scope, id) => `/admin/api/limits/${scope}/${encodeURIComponent(id)}`;

/** Controls of all limits of one scope. */
export const measureFields = (limits) => html`<div class="fields">${Object.entries(MEASURES).map(([name, label]) => field({ id: `limit-${name}`, label,
  control: html`<input id="limit-${name}" name=${name} type="number" inputmode="decimal" placeholder="No limit" min=${name.startsWith('usd') ? '0' : '1'} step=${name.startsWith('usd') ? 'any' : '1'} .value=${limits[name] ?? ''}>` }))}</div>`;

/** What the controls say; members that are left empty are left out, which ends them. */
export const limitsOf = (data) => Object.fromEntries(Object.keys(MEASURES).filter((name) => textOf(data, name) !== null).map((name) => [name, Number(data.get(name))]));

/** Asks for all limits of one scope and sets them. */
export async function editLimits(scope, id, title) {
  const now = await get(limitsPath(scope, id));
  return formDialog(title, { lead: 'Fields that are left empty limit nothing.', action: 'Set limits', wide: true,
    fields: () => measureFields(now.limits), save: (data) => put(limitsPath(scope, id), limitsOf(data)) });
}

/** A number of a measure: dollars, or a count. */
export const amount = (measure, value) => (measure.startsWith('usd') ? `$${Number(value).toLocaleString('en', { maximumFractionDigits: value >= 1 || value === 0 ? 2 : 9 })}` : Number(value).toLocaleString('en'));

/** How much of a limit is used, as words and a bar. */
export function useBar(use) {
  if (use.used === null) return html`<span class="muted">Counted for each one</span>`;
  const part = use.limit > 0 ? Math.min(1, use.used / use.limit) : 1;
  const tone = part >= 1 ? 'bad' : part >= 0.8 ? 'warn' : 'good';
  return html`<div class="use"><progress class=${tone} max="1" .value=${part} aria-label="${MEASURES[use.measure] ?? use.measure}, used"></progress>
    <span class="nowrap">${amount(use.measure, use.used)} used${use.reserved ? html` <span class="muted">(${amount(use.measure, use.reserved)} reserved)</span>` : nothing}</span></div>`;
}
