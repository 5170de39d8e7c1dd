import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { badge } from '../ui/parts.js';
import { duration, iso, money, short, time, tone } from '../ui/format.js';
import { listHref, requestHref } from './request-query.js';

/** A user agent as far as it tells clients apart: the browser, else its first product and version. Always a part of it. */
export const agentName = (agent) => (agent?.match(/\b(?:Edg|OPR|Firefox|Chrome)\/[\d.]+|\bSafari\/[\d.]+/) ?? agent?.match(/^\S+/))?.[0] ?? null;

/** The route where no model was asked for; `openai/gpt-5` where the provider was called with what was asked for, else both. */
const model = (row) => {
  if (row.model_asked === null) return html`<span class="clip muted" title=${row.route}>${row.route}</span>`;
  const used = row.provider && row.model ? `${row.provider}/${row.model}` : null;
  const asked = row.model_asked;
  return html`<span class="clip" title=${asked}>${asked}</span>
    ${used && used !== asked && row.model !== asked ? html`<span class="clip small muted" title=${used}>→ ${used}</span>` : nothing}`;
};

const who = (row, names) => {
  const person = row.person ? names?.get(row.person) ?? row.person : null;
  const key = row.key ?? (row.person ? 'session' : null);
  return html`<span class="clip" title=${key ?? ''}>${key ?? '–'}</span>
    ${person ? html`<span class="clip small muted" title=${person}>${person}</span>` : nothing}`;
};

const tokens = (row) => {
  const all = row.tokens;
  if (!all) return '–';
  return `${short(all.input + all.cached + all.cache_write)} → ${short(all.output + all.reasoning)}`;
};

/** Opens the row's request also where its link is not hit, unless text is being selected or another link was meant. */
function open(event) {
  if (event.target.closest('a, button') || String(getSelection())) return;
  event.currentTarget.querySelector('a').click();
}

/** Requests as a table; each row leads to its request. */
export const rowsTable = (rows, names, filters = {}) => html`<table>
  <caption class="unseen">Requests, the newest first</caption>
  <thead><tr><th scope="col">Time</th><th scope="col">Status</th><th scope="col">Model</th><th scope="col" class="wide-only">Provider</th>
    <th scope="col" class="wide-only">Key</th><th scope="col" class="number">Tokens</th><th scope="col" class="number">Cost</th>
    <th scope="col" class="number wide-only">First byte</th><th scope="col" class="number">Duration</th><th scope="col" class="wide-only">User agent</th></tr></thead>
  <tbody>${repeat(rows, (row) => row.id, (row) => html`<tr class="opens" @click=${open}>
    <td class="nowrap"><a href=${requestHref(row.id)} title=${iso(row.time)}>${time(row.time)}</a></td>
    <td title=${row.error_code ?? row.failure ?? ''}>${badge(row.status, row.failure && row.status < 400 ? 'bad' : tone(row.status))}</td>
    <td>${model(row)}</td>
    <td class="wide-only">${row.provider ? html`<a class="plain" href=${listHref({ ...filters, provider: row.provider })}>${row.provider}</a>` : '–'}</td>
    <td class="wide-only">${who(row, names)}</td>
    <td class="number nowrap">${tokens(row)}</td>
    <td class="number">${money(row.cost_nano_usd)}</td>
    <td class="number wide-only nowrap">${duration(row.first_byte_ms)}</td>
    <td class="number nowrap">${duration(row.duration_ms)}</td>
    <td class="wide-only"><span class="clip agent" title=${row.user_agent ?? ''}>${agentName(row.user_agent) ?? '–'}</span></td></tr>`)}</tbody></table>`;
