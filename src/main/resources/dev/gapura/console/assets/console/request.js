import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { get } from '../ui/api.js';
import { badge, copy, empty, failure, loading } from '../ui/parts.js';
import { count, bytes, duration, iso, money, time, tone } from '../ui/format.js';
import { tryItLink } from '../reference/state.js';
import { bodies, curl, sentBody } from './request-bodies.js';
import { costs } from './request-cost.js';
import { explained } from './request-failure.js';
import { listHref } from './request-query.js';
import { timeline } from './request-timeline.js';
import { people, teams } from './names.js';

const COUNTED = { nothing: 'no provider was called', reported: 'by the provider', estimated: 'estimated here', unknown: 'not known' };

/** One request of the history: what became of it, when, for whom, and what it cost. */
class RequestDetail extends Plain {
  static properties = { request: {}, found: {}, error: {}, people: {}, teams: {} };

  connectedCallback() {
    super.connectedCallback();
    people().then((names) => { this.people = names; });
    teams().then((names) => { this.teams = names; });
  }

  willUpdate(changed) {
    if (changed.has('request')) this.read();
  }

  async read() {
    const id = this.request;
    this.found = null;
    this.error = null;
    try {
      const found = await get(`/admin/api/requests/${encodeURIComponent(id)}`);
      if (id === this.request) this.found = found;
    } catch (error) {
      if (id === this.request) this.error = error;
    }
  }

  render() {
    const back = html`<p><a href="/console/requests">All requests</a></p>`;
    if (this.error?.status === 404) {
      return html`${back}${empty('This request is not here', 'It is not over yet, is older than the history keeps, or is not yours.',
        html`<button type="button" @click=${() => this.read()}>Look again</button>`)}`;
    }
    if (this.error) return html`${back}${failure(this.error, () => this.read())}`;
    if (!this.found) return html`${back}${loading()}`;
    const row = this.found.request;
    return html`${back}${this.renderHead(row)}${explained(row, this.found)}${this.figures(row)}${timeline(row)}
      ${costs(row)}${verdicts(row)}${bodies(row, this.found)}${tools(row)}${this.about(row)}`;
  }

  renderHead(row) {
    const sent = sentBody(this.found);
    const chat = row.route === '/v1/chat/completions' && sent;
    return html`<div class="view-head"><div class="stack near"><h1 class="three-lines" title=${row.model_asked ?? row.route}>${row.model_asked ?? row.route}</h1>
      <p class="row">${badge(row.status, row.failure && row.status < 400 ? 'bad' : tone(row.status))}
        <time datetime=${iso(row.time)} title=${iso(row.time)}>${time(row.time)}</time><code class="wraps">${row.id}</code>
        <button type="button" class="link small" @click=${() => copy(row.id)}>Copy id</button></p>
      ${chat ? html`<p class="small muted">Headers are not kept: <code>x-gapura-tools</code> and its like have to be set anew where it is sent again.</p>` : nothing}</div>
      <div class="row">${sent ? html`<button type="button" @click=${() => copy(curl(row, sent))}>Copy as cURL</button>` : nothing}
        ${chat ? html`<a class="button primary" href=${tryItLink(sent)}>Open in Try It</a>` : nothing}</div></div>`;
  }

  figures(row) {
    const tokens = row.tokens;
    const prompt = tokens ? tokens.input + tokens.cached + tokens.cache_write : null;
    const answer = tokens ? tokens.output + tokens.reasoning : null;
    const speed = answer && row.streamed && row.first_byte_ms !== null && row.duration_ms - row.first_byte_ms >= 100
      ? `${Math.round(answer / (row.duration_ms - row.first_byte_ms) * 1000)} tokens a second` : null;
    return html`<div class="figures">
      ${figure('Duration', duration(row.duration_ms), speed)}
      ${figure('First byte', duration(row.first_byte_ms))}
      ${figure('Prompt tokens', count(prompt), tokens?.cached ? `${count(tokens.cached)} from a cache` : null)}
      ${figure('Answer tokens', count(answer), tokens?.reasoning ? `${count(tokens.reasoning)} of reasoning` : null)}
      ${figure('Cost', money(row.cost_nano_usd))}</div>`;
  }

  about(row) {
    const called = row.provider ? `${row.provider}/${row.model ?? '–'}` : '–';
    const person = row.person ? this.people?.get(row.person) ?? row.person : null;
    const team = row.team ? this.teams?.get(row.team) ?? row.team : null;
    const like = (name, value, text = value) => (value ? html`<a href=${listHref({ [name]: value })}>${text}</a>` : '–');
    return html`<section class="stack near"><h2>Who and what</h2><div class="card pairs-wide">
      ${pairs([
        ['Asked for', like('model_asked', row.model_asked)], ['Called', called], ['Calls to providers', count(row.attempts)],
        ['Route', html`${row.method} <code>${row.route}</code>`], ['Answered', row.streamed ? 'as a stream' : 'as JSON'],
        ['Service tier', row.service_tier ?? '–'], ['Tokens counted', COUNTED[row.counted] ?? row.counted],
      ])}${pairs([
        ['Key', like('key_id', row.key_id, row.key ?? row.key_id)], ['Person', like('person', row.person, person)], ['Team', like('team', row.team, team)],
        ['End user', like('end_user', row.end_user)], ['Address', row.client ?? '–'], ['User agent', row.user_agent ?? '–'],
        ['Bytes', `${bytes(row.bytes_in)} in, ${bytes(row.bytes_out)} out`],
        ...Object.entries(row.tags ?? {}).map(([name, value]) => [`Tag ${name}`, value]),
      ])}</div></section>`;
  }
}

const figure = (name, value, more = null) => html`<div class="figure"><div class="name">${name}</div><div class="value">${value}</div>
  ${more ? html`<div class="name">${more}</div>` : nothing}</div>`;

const pairs = (all) => html`<dl class="pairs">${all.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

/** The fields that did not go on as they came. */
function verdicts(row) {
  if (!row.verdicts) return nothing;
  const all = row.verdicts.split(/, (?=[^,()]+=)/).map((one) => one.match(/^([^=]+)=([a-z]+)(?:\((.*)\))?$/s) ?? [one, one, '', '']);
  return html`<section class="stack near"><h2>What became of the fields</h2><div class="table" tabindex="0" role="region" aria-label="Verdicts"><table>
    <thead><tr><th scope="col">Field</th><th scope="col">Verdict</th><th scope="col">More</th></tr></thead>
    <tbody>${all.map(([, field, verdict, detail]) => html`<tr><td><code>${field}</code></td><td>${badge(verdict, verdict === 'stripped' ? 'warn' : 'info')}</td>
      <td>${detail ?? ''}</td></tr>`)}</tbody></table></div>
    <p class="small muted">Fields that are not named here went on as they came.</p></section>`;
}

/** The tools that ran on the gateway. */
function tools(row) {
  if (!row.tools?.length) return nothing;
  return html`<section class="stack near"><h2>Tools that ran</h2><div class="table" tabindex="0" role="region" aria-label="Runs of tools"><table>
    <thead><tr><th scope="col">Tool</th><th scope="col">Ended</th><th scope="col" class="number">Took</th><th scope="col" class="number">Result</th>
      <th scope="col" class="number">Cost</th><th scope="col">Arguments</th></tr></thead>
    <tbody>${row.tools.map((run) => html`<tr><td><code>${run.name}</code></td><td>${badge(run.status, run.status === 'ok' ? 'good' : 'bad')}</td>
      <td class="number nowrap">${duration(run.ms)}</td><td class="number nowrap">${bytes(run.bytes)}</td><td class="number">${money(run.cost_nano_usd)}</td>
      <td><code class="wraps">${run.arguments ?? '–'}</code></td></tr>`)}</tbody></table></div></section>`;
}

define('gp-request', RequestDetail);
