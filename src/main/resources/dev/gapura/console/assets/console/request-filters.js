import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { Plain, define } from '../ui/plain.js';
import { field } from '../ui/parts.js';
import { time } from '../ui/format.js';
import { FILTERS, RANGES } from './request-query.js';
import { agentName } from './request-rows.js';

const STATUSES = [['2xx', 'Answered (2xx)'], ['4xx', 'Refused (4xx)'], ['5xx', 'Failed (5xx)'], ['429', 'Limited (429)'], ['499', 'Client left (499)']];
/** The fields behind "More filters"; those with a list offer what the rows shown have. */
const MORE = [
  ['model_asked', 'as the client wrote it'], ['model', 'as its provider knows it'], ['provider'], ['key', 'name of the key'], ['user_agent', 'a part of it'],
  ['end_user'], ['failure'], ['tool', 'whole name of a tool that ran'], ['route'], ['least_cost_usd', 'US dollars'], ['least_duration_ms', 'milliseconds'],
];
const OFFERED = ['model_asked', 'model', 'provider', 'key', 'end_user', 'failure', 'route'];
const MOST_AGENTS = 6;

/** Which requests are wanted. Sends `filtered` with all filters when they change. */
class RequestFilters extends Plain {
  static properties = { filters: {}, rows: {}, names: {}, more: { type: Boolean } };

  change(name, value) {
    const { [name]: former, ...others } = this.filters;
    if ((former ?? '') === value) return;
    if (name === 'within') {
      delete others.from;
      delete others.to;
    }
    this.dispatchEvent(new CustomEvent('filtered', { detail: value ? { ...others, [name]: value } : others }));
  }

  willUpdate() {
    this.more ??= MORE.some(([name]) => this.filters[name]);
  }

  render() {
    const { filters } = this;
    return html`<search class="stack near" aria-label="Filters">
      <div class="filter-line">
        <input type="search" aria-label="Words" placeholder="Words in names, models, codes, tags, bodies" .value=${live(filters.text ?? '')}
          @change=${(event) => this.change('text', event.target.value.trim())}>
        <select aria-label="Range" @change=${(event) => this.change('within', event.target.value)}>
          <option value="" ?selected=${!filters.within}>${filters.from || filters.to ? 'Chosen range' : 'Any time'}</option>
          ${RANGES.map((range) => html`<option value=${range.value} ?selected=${range.value === filters.within}>${range.label}</option>`)}</select>
        <select aria-label="Status" @change=${(event) => this.change('status', event.target.value)}>
          <option value="" ?selected=${!filters.status}>Any status</option>
          ${this.statuses().map(([value, label]) => html`<option value=${value} ?selected=${value === filters.status}>${label}</option>`)}</select>
        <button type="button" aria-expanded=${this.more} @click=${() => { this.more = !this.more; }}>${this.more ? 'Fewer filters' : 'More filters'}</button>
      </div>
      ${this.more ? html`<div class="card fields narrow">${MORE.map(([name, hint]) => this.field(name, hint))}</div>` : nothing}
      ${this.chosen()}${this.agents()}</search>`;
  }

  statuses() {
    const { status } = this.filters;
    return status && !STATUSES.some(([value]) => value === status) ? [...STATUSES, [status, status]] : STATUSES;
  }

  field(name, hint = '') {
    const id = `filter-${name}`;
    const values = OFFERED.includes(name) ? [...new Set(this.rows.map((row) => row[name]).filter(Boolean))].sort() : [];
    return field({
      id, label: FILTERS[name], control: html`<input id=${id} placeholder=${hint} autocomplete="off" list=${values.length ? `${id}-list` : nothing}
        type=${name.startsWith('least') ? 'number' : 'text'} min=${name.startsWith('least') ? 0 : nothing} step=${name === 'least_cost_usd' ? 'any' : nothing}
        .value=${live(this.filters[name] ?? '')} @change=${(event) => this.change(name, event.target.value.trim())}>
        ${values.length ? html`<datalist id="${id}-list">${values.map((value) => html`<option value=${value}></option>`)}</datalist>` : nothing}`,
    });
  }

  /** What holds now; each can be taken out. */
  chosen() {
    const shown = Object.entries(this.filters).filter(([name]) => name !== 'within');
    if (shown.length === 0) return nothing;
    const words = { from: 'From', to: 'Before', ...FILTERS };
    const said = (name, value) => (name === 'from' || name === 'to' ? time(Number(value))
      : name === 'least_cost_usd' ? `$${value}` : name === 'least_duration_ms' ? `${value} ms`
        : name === 'person' ? this.names?.get(value) ?? value : value);
    return html`<ul class="picks" aria-label="Filters that hold">${shown.map(([name, value]) => html`<li><button type="button" class="chip"
      aria-label="Remove filter ${words[name]}: ${said(name, value)}" @click=${() => this.change(name, '')}>
      <span class="muted">${words[name]}</span> <span class="clip">${said(name, value)}</span> <span aria-hidden="true">✕</span></button></li>`)}
      <li><a class="small" href="/console/requests">Clear all</a></li></ul>`;
  }

  /** User agents of the rows shown, the most frequent first. */
  agents() {
    const counts = new Map();
    for (const row of this.rows) {
      const name = agentName(row.user_agent);
      if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const all = [...counts].sort((one, other) => other[1] - one[1]);
    if (all.length < 2) return nothing;
    return html`<div class="picks" role="group" aria-label="User agents of the rows shown"><span class="small muted">User agents here</span>
      ${all.slice(0, MOST_AGENTS).map(([name, times]) => html`<button type="button" class="chip" title=${name} @click=${() => this.change('user_agent', name)}>
        <span class="clip">${name}</span> <span class="muted">${times}</span></button>`)}
      ${all.length > MOST_AGENTS ? html`<span class="small muted">and ${all.length - MOST_AGENTS} more</span>` : nothing}</div>`;
  }
}

define('gp-request-filters', RequestFilters);
