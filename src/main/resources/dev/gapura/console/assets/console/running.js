import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, remove } from '../ui/api.js';
import { badge, confirm, dialog, empty, failure, head, loading, toast } from '../ui/parts.js';
import { bytes, count, duration, iso, time } from '../ui/format.js';
import { agentName } from './request-rows.js';
import './watch.js';

const EVERY_MS = 1500;

/** Requests that are open now, asked for again and again while somebody looks. */
class RunningNow extends Plain {
  static properties = { rows: {}, error: {}, stopping: {}, now: {} };

  constructor() {
    super();
    this.stopping = new Set();
    this.onSight = () => { if (!document.hidden) this.read(); };
  }

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.onSight);
    this.read();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.onSight);
    clearTimeout(this.timer);
    this.reading?.abort();
  }

  async read() {
    clearTimeout(this.timer);
    this.reading?.abort();
    const reading = this.reading = new AbortController();
    try {
      this.rows = (await get('/admin/api/running', {}, reading.signal)).data;
      this.error = null;
    } catch (error) {
      if (reading.signal.aborted) return;
      this.error = error;
    }
    this.now = Date.now();
    // A refusal does not mend itself; a gateway that is away may come back.
    if (!document.hidden && this.isConnected && !(this.error?.status >= 400)) this.timer = setTimeout(() => this.read(), EVERY_MS);
  }

  async stop(row) {
    const sure = await confirm('Stop this request?', `The client of ${row.key ?? 'this request'} gets an error with the code “stopped”, and ${row.provider} is cut off. What it used so far is charged.`, 'Stop request');
    if (!sure) return;
    this.stopping = new Set(this.stopping).add(row.id);
    try {
      await remove(`/admin/api/running/${encodeURIComponent(row.id)}`);
      toast('Stopped.');
    } catch (error) {
      toast(error.code === 'request_not_found' ? 'It was over already.' : error.message, error.code === 'request_not_found' ? 'warn' : 'bad');
    }
    this.stopping.delete(row.id);
    this.read();
  }

  watch(row) {
    dialog(`Watching ${row.model_asked ?? row.model}`, () => html`<gp-watch .request=${row}></gp-watch>`, { wide: true });
  }

  render() {
    const rows = this.rows;
    return html`${head('Running now', 'Requests that are under way at this gateway, the oldest first.',
      rows ? html`<span class="muted small" role="status">${rows.length === 0 ? 'None' : `${count(rows.length)} under way`}</span>` : nothing)}
      ${this.error ? failure(this.error, () => this.read()) : nothing}
      ${!rows ? (this.error ? nothing : loading()) : rows.length === 0
        ? empty('Nothing is under way', 'Requests show up here while they wait for a model or stream an answer. What is over stands under Requests.',
          html`<a class="button" href="/console/requests">To the requests</a>`)
        : this.renderRows(rows)}`;
  }

  renderRows(rows) {
    const stops = currentSession()?.person.role !== 'viewer';
    const acts = stops || rows.some((row) => row.watchable);
    return html`<div class="table" tabindex="0" role="region" aria-label="Requests under way"><table>
      <caption class="unseen">Requests under way</caption>
      <thead><tr><th scope="col" class="wide-only">Since</th><th scope="col" class="number">Age</th><th scope="col">State</th><th scope="col">Model</th><th scope="col">Key</th>
        <th scope="col" class="number wide-only">First byte</th><th scope="col" class="number wide-only">Sent</th><th scope="col" class="wide-only">Client</th>
        <th scope="col" class="wide-only">Id</th>${acts ? html`<th scope="col"><span class="unseen">Actions</span></th>` : nothing}</tr></thead>
      <tbody>${repeat(rows, (row) => row.id, (row) => this.row(row, stops, acts))}</tbody></table></div>
      ${rows.some((row) => row.streamed && !row.watchable) ? html`<p class="small muted">Only streams can be watched whose bodies are kept: with <code>bodies: all</code> in the policy
        of their key, or in <code>storage.history</code>.</p>` : nothing}`;
  }

  row(row, stops, acts) {
    const model = `${row.provider}/${row.model}`;
    const begun = row.first_byte_ms !== null && row.first_byte_ms !== undefined;
    return html`<tr><td class="nowrap wide-only"><time datetime=${iso(row.time)}>${time(row.time)}</time></td>
      <td class="number nowrap">${duration(Math.max(0, this.now - row.time))}</td>
      <td>${begun ? badge(row.streamed ? 'streaming' : 'answering', 'good') : badge('waiting', 'info')}</td>
      <td><span class="clip" title=${model}>${row.model_asked ?? model}</span>
        ${row.model_asked && row.model_asked !== model ? html`<span class="clip small muted" title=${model}>→ ${model}</span>` : nothing}</td>
      <td><span class="clip" title=${row.key ?? ''}>${row.key ?? 'session'}</span></td>
      <td class="number nowrap wide-only">${duration(row.first_byte_ms)}</td><td class="number nowrap wide-only">${bytes(row.bytes_out)}</td>
      <td class="wide-only"><span class="clip agent" title=${`${row.client} ${row.user_agent ?? ''}`}>${agentName(row.user_agent) ?? row.client}</span></td>
      <td class="wide-only"><code>${row.id}</code></td>
      ${acts ? html`<td><div class="row end">${row.watchable ? html`<button type="button" aria-label="Watch ${row.id}" @click=${() => this.watch(row)}>Watch</button>` : nothing}
        ${stops ? html`<button type="button" class="danger" ?disabled=${this.stopping.has(row.id)} aria-label="Stop ${row.id}"
          @click=${() => this.stop(row)}>${this.stopping.has(row.id) ? 'Stopping …' : 'Stop'}</button>` : nothing}</div></td>` : nothing}</tr>`;
  }
}

define('gp-running', RunningNow);
