import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { get } from '../ui/api.js';
import { empty, failure, head, loading } from '../ui/parts.js';
import { count, money, moneyShort, short } from '../ui/format.js';
import { GROUPS, MEASURES, RANGES, STEP_MS, answerTokens, askedBy, grouped, latencyOf, promptTokens, seriesOf, total } from './usage-data.js';
import { RANGES as LISTED, listHref } from './request-query.js';
import { people, teams } from './names.js';
import './usage-plot.js';

/** Rows of the table that are shown before somebody asks for all. */
const FIRST_ROWS = 50;

/** What requests come to: figures, a plot over time, and a table of whom or what they are told apart by. */
class UsagePage extends Plain {
  static properties = { usage: {}, whole: {}, error: {}, busy: { type: Boolean }, names: {}, all: { type: Boolean } };

  connectedCallback() {
    super.connectedCallback();
    this.navigated();
    Promise.all([people(), teams()]).then(([person, team]) => { this.names = { person, team }; });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.reading?.abort();
  }

  /** Reads range, steps, groups and filters of the address. */
  navigated() {
    const params = new URLSearchParams(location.search);
    this.range = RANGES.find(({ value }) => value === params.get('range')) ?? RANGES[1];
    this.period = this.range.periods.includes(params.get('period')) ? params.get('period') : this.range.periods[0];
    this.by = params.get('by') in GROUPS ? params.get('by') : 'model';
    this.measure = params.get('measure') in MEASURES ? params.get('measure') : 'cost';
    this.only = Object.fromEntries(Object.keys(GROUPS).filter((name) => params.has(name)).map((name) => [name, params.get(name)]));
    const wanted = JSON.stringify([this.range.value, this.period, this.by, this.only]);
    if (wanted !== this.wanted) this.read();
    this.wanted = wanted;
    this.requestUpdate();
  }

  href(changes) {
    const now = { range: this.range.value, period: this.period, by: this.by, measure: this.measure, ...this.only, ...changes };
    if (changes.range) delete now.period;
    return `/console/usage?${new URLSearchParams(Object.entries(now).filter(([, value]) => value !== null))}`;
  }

  go(changes) {
    history.pushState(null, '', this.href(changes));
    this.navigated();
  }

  async read() {
    this.reading?.abort();
    const reading = this.reading = new AbortController();
    const { by } = this;
    this.busy = true;
    this.error = null;
    this.all = false;
    const query = { period: this.period, from: Date.now() - this.range.ms, ...this.only };
    try {
      const [usage, whole] = await Promise.all([
        get('/admin/api/usage', { ...query, by: askedBy(by) }, reading.signal), get('/admin/api/usage', query, reading.signal)]);
      this.usage = { ...usage, by };
      this.whole = whole;
    } catch (error) {
      if (reading.signal.aborted) return;
      this.error = error;
    }
    this.busy = false;
  }

  /** How a group is called; an empty value is of none. */
  name(value, by = this.usage.by) {
    if (value === '') return { key: 'no key (sessions)', person: 'nobody', team: 'no team', model: 'no model', provider: 'no provider' }[by];
    return this.names?.[by]?.get(value) ?? value;
  }

  render() {
    const choose = (name, label, options, chosen) => html`<select aria-label=${label} @change=${(event) => this.go({ [name]: event.target.value })}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === chosen}>${text}</option>`)}</select>`;
    return html`${head('Usage and cost', 'What the requests of this gateway come to.', html`<div class="row choices">
        ${choose('range', 'Range', RANGES.map(({ value, label }) => [value, label]), this.range.value)}
        ${choose('period', 'Step', this.range.periods.map((period) => [period, `By ${period}`]), this.period)}
        ${choose('by', 'Group by', Object.entries(GROUPS).map(([value, label]) => [value, `By ${label.toLowerCase()}`]), this.by)}</div>`)}
      ${this.chosen()}
      ${this.error ? failure(this.error, () => this.read()) : !this.usage ? loading() : this.renderUsage()}`;
  }

  chosen() {
    const only = Object.entries(this.only);
    return only.length === 0 ? nothing : html`<ul class="picks" aria-label="Only">${only.map(([by, value]) => html`<li><button type="button" class="chip"
      aria-label="Remove filter ${GROUPS[by]}: ${this.name(value, by)}" @click=${() => this.go({ [by]: null })}><span class="muted">${GROUPS[by]}</span>
      <span class="clip">${this.name(value, by)}</span> <span aria-hidden="true">✕</span></button></li>`)}</ul>`;
  }

  renderUsage() {
    if (this.usage.data.length === 0) {
      return empty('No requests in this time', 'Choose a longer range. Sums of minutes are kept for two days, those of hours for 90.', html`<a class="button" href="/">Try a request</a>`);
    }
    const sum = total(this.usage.data);
    return html`<div class="stack ${this.busy ? 'busy' : ''}">${this.figures(sum)}${this.renderPlot()}${this.table(sum)}</div>`;
  }

  figures(sum) {
    const rate = sum.requests ? sum.failed / sum.requests * 100 : 0;
    return html`<div class="figures">
      ${figure('Cost', html`<span title=${money(sum.cost_nano_usd)}>${moneyShort(sum.cost_nano_usd)}</span>`, sum.unpriced ? `without ${count(sum.unpriced)} of unknown cost` : nothing)}
      ${figure('Requests', short(sum.requests))}
      ${figure('Prompt tokens', short(promptTokens(sum)), sum.tokens.cached ? `${short(sum.tokens.cached)} from caches` : nothing)}
      ${figure('Answer tokens', short(answerTokens(sum)), sum.tokens.reasoning ? `${short(sum.tokens.reasoning)} of reasoning` : nothing)}
      ${figure('Errors', `${rate.toFixed(rate > 0 && rate < 10 ? 1 : 0)} %`, `${count(sum.failed)} of ${count(sum.requests)}`)}
      ${figure('Unknown cost', count(sum.unpriced), sum.estimated ? `${count(sum.estimated)} with estimated tokens` : nothing)}</div>`;
  }

  renderPlot() {
    const latency = this.measure === 'latency';
    const { label, format } = MEASURES[this.measure];
    const plot = this.plotOf();
    return html`<section class="card stack near" aria-label="Over time"><div class="tabs" role="group" aria-label="What is plotted">
      ${Object.entries(MEASURES).map(([value, one]) => html`<button type="button" aria-pressed=${value === this.measure} @click=${() => this.go({ measure: value })}>${one.label}</button>`)}</div>
      ${plot.series.length === 0 ? html`<p class="muted small empty-plot">Nothing to plot: no ${label.toLowerCase()} in this time.</p>` : html`
        <gp-usage-plot class="stack near" .plot=${plot} .period=${this.usage.period} .kind=${latency ? 'lines' : 'bars'} .as=${format}
          .label=${`${label} by ${this.usage.period}. The table below has the sums.`}
          .names=${(one) => (one.rest ? `${one.rest} others` : latency ? one.value : this.name(one.value))} @step=${(event) => this.open(event.detail)}></gp-usage-plot>
        <p class="small muted">${latency ? 'Of all requests: p95 says how long 95 of 100 took at most.' : ''} Click a step to see its requests.${this.usage.period === 'day' ? ' Days are those of UTC.' : ''}</p>`}</section>`;
  }

  /** The same object while nothing changed, so that the chart is not made anew. */
  plotOf() {
    if (this.plotted?.usage !== this.usage || this.plotted.measure !== this.measure) {
      const plot = this.measure === 'latency' ? latencyOf(this.whole) : seriesOf(this.usage, this.usage.by, this.measure);
      this.plotted = { usage: this.usage, measure: this.measure, plot };
    }
    return this.plotted.plot;
  }

  /** The requests of one step. */
  open(start) {
    const link = this.querySelector('a.step');
    link.href = listHref({ ...this.only, from: start, to: start + STEP_MS[this.usage.period] });
    link.click();
  }

  rows(only) {
    const { value: within } = LISTED.find((one) => one.value === this.range.value) ?? {};
    return listHref({ ...this.only, ...(within ? { within } : { from: this.usage.from }), ...only });
  }

  table(sum) {
    const { by } = this.usage;
    const groups = grouped(this.usage.data, by);
    const shown = this.all ? groups : groups.slice(0, FIRST_ROWS);
    // Names that the sums keep together cannot be asked for one by one.
    const named = ({ value, only }) => value !== '' && only.model !== 'other';
    return html`<section class="stack near"><h2>By ${GROUPS[by].toLowerCase()}</h2><a class="step" hidden></a><div class="table" tabindex="0" role="region" aria-label="Sums by ${GROUPS[by].toLowerCase()}"><table>
      <thead><tr><th scope="col">${GROUPS[by]}</th><th scope="col" class="number">Cost</th><th scope="col" class="number">Share</th><th scope="col" class="number">Requests</th>
        <th scope="col" class="number">Errors</th><th scope="col" class="number">Prompt tokens</th><th scope="col" class="number">Answer tokens</th>
        <th scope="col" class="number">A request</th><th scope="col" class="number">Unknown cost</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
      <tbody>${shown.map((group) => html`<tr><td><span class="clip" title=${this.name(group.value)}>${named(group)
          ? html`<a href=${this.rows(group.only)}>${this.name(group.value)}</a>` : html`<span class="muted">${this.name(group.value)}</span>`}</span></td>
        <td class="number">${cost(group)}</td><td class="number">${sum.cost_nano_usd ? `${(group.cost_nano_usd / sum.cost_nano_usd * 100).toFixed(1)} %` : '–'}</td>
        <td class="number">${count(group.requests)}</td><td class="number">${count(group.failed)}</td>
        <td class="number">${short(promptTokens(group))}</td><td class="number">${short(answerTokens(group))}</td>
        <td class="number">${group.requests > group.unpriced ? money(Math.round(group.cost_nano_usd / (group.requests - group.unpriced))) : '–'}</td>
        <td class="number">${count(group.unpriced)}</td>
        <td class="number">${named(group) && !(by in this.only) ? html`<a class="nowrap" href=${this.href({ ...group.only, by: by === 'model' ? 'key' : 'model' })}
          aria-label="Only ${this.name(group.value)}">Only this</a>` : nothing}</td></tr>`)}</tbody></table></div>
      ${shown.length < groups.length ? html`<p><button type="button" @click=${() => { this.all = true; }}>Show all ${count(groups.length)}</button></p>` : nothing}</section>`;
  }
}

/** A cost, of which nothing is known where no request was priced. */
const cost = (group) => money(group.unpriced === group.requests ? null : group.cost_nano_usd);

const figure = (name, value, more = nothing) => html`<div class="figure"><div class="name">${name}</div><div class="value">${value}</div><div class="name">${more}</div></div>`;

define('gp-usage', UsagePage);
