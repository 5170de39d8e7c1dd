import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, withQuery } from '../ui/api.js';
import { empty, failure, head, loading } from '../ui/parts.js';
import { count } from '../ui/format.js';
import { listHref, readFilters, toQuery } from './request-query.js';
import { rowsTable } from './request-rows.js';
import { RequestTail } from './request-tail.js';
import { people } from './names.js';
import './request-filters.js';

const PAGE = 50;
/** Whose requests somebody sees, by role. */
const WHOSE = { member: 'Your requests, and those of teams that you administer, the newest first.', viewer: 'Requests of your teams, the newest first.' };

/** Rows that a live list holds at most; the oldest make room. */
const MOST_ROWS = 200;

/** The history as a table with filters, page by page; the first page also shows requests as they end. */
class RequestList extends Plain {
  static properties = { filters: {}, rows: {}, waiting: {}, error: {}, live: { type: Boolean }, lost: {}, busy: { type: Boolean }, names: {} };

  constructor() {
    super();
    this.live = true;
    this.waiting = [];
    this.lost = 0;
    this.tail = new RequestTail((rows) => this.arrived(rows), (lost) => { this.lost += lost; }, () => this.catchUp());
  }

  connectedCallback() {
    super.connectedCallback();
    this.onScroll = () => { if (this.waiting.length && this.atTop()) this.showWaiting(); };
    addEventListener('scroll', this.onScroll, { passive: true });
    people().then((names) => { this.names = names; });
    if (!new URLSearchParams(location.search).has('id')) this.navigated();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('scroll', this.onScroll);
    this.tail.close();
    this.reading?.abort();
  }

  /** Reads the address again; what is shown already is not asked for twice. */
  navigated() {
    const address = location.search;
    if (address === this.address && this.rows) {
      requestAnimationFrame(() => this.onScroll());
      return;
    }
    this.address = address;
    this.filters = readFilters(address);
    this.cursor = new URLSearchParams(address).get('cursor');
    this.read();
  }

  go(filters, cursor = null) {
    history.pushState(null, '', listHref(filters, cursor));
    this.navigated();
  }

  async read() {
    this.reading?.abort();
    const reading = this.reading = new AbortController();
    this.error = null;
    this.busy = true;
    this.waiting = [];
    this.lost = 0;
    this.trimmed = false;
    this.overflowed = false;
    const query = toQuery(this.filters);
    if (this.follows()) this.tail.open(query); else this.tail.close();
    try {
      const page = await get('/admin/api/requests', { ...query, cursor: this.cursor, limit: PAGE }, reading.signal);
      this.next = page.next;
      this.rows = merged(page.data, this.waiting);
      this.waiting = [];
    } catch (error) {
      if (reading.signal.aborted) return;
      this.tail.close();
      this.error = error;
    }
    this.busy = false;
  }

  /** Asks for what the live view did not tell: rows that were written before it listened, or while it was away. */
  async catchUp() {
    const { reading } = this;
    try {
      const page = await get('/admin/api/requests', { ...toQuery(this.filters), limit: PAGE }, reading.signal);
      if (!this.rows || !page.next || page.data.some((row) => this.rows.some(({ id }) => id === row.id))) {
        this.arrived(page.data);
      } else {
        this.rows = page.data;
        this.next = page.next;
        this.waiting = [];
        this.trimmed = this.overflowed = false;
      }
    } catch (error) {
      if (reading.signal.aborted) return;
      this.tail.close();
      this.error = error;
    }
  }

  /** Whether this page shows what is new. */
  follows() {
    return this.live && !this.cursor && !this.filters.to;
  }

  arrived(rows) {
    const shown = new Set(this.rows?.map((row) => row.id));
    const all = merged(this.waiting, rows.filter((row) => !shown.has(row.id)));
    this.overflowed ||= all.length > MOST_ROWS;
    this.waiting = all.slice(0, MOST_ROWS);
    if (!this.busy && this.rows && this.atTop()) this.showWaiting();
  }

  /** Rows come in by themselves only while nobody reads further down, or is in the table by keyboard. */
  atTop() {
    return !this.hidden && scrollY < 80 && !this.querySelector('tbody')?.contains(document.activeElement);
  }

  showWaiting() {
    // More came than could wait: the rows shown until now would stand below a gap.
    const all = this.overflowed ? this.waiting : merged(this.rows, this.waiting);
    this.trimmed ||= this.overflowed || all.length > MOST_ROWS;
    this.overflowed = false;
    this.rows = all.slice(0, MOST_ROWS);
    this.waiting = [];
  }

  pause() {
    this.live = !this.live;
    if (this.live) this.read(); else this.tail.close();
  }

  /** The page after this one; where rows made room for newer ones, what is older than the last one shown. */
  older() {
    if (!this.trimmed) return listHref(this.filters, this.next);
    const { within, ...others } = this.filters;
    return listHref({ ...others, to: this.rows.at(-1).time + 1 });
  }

  render() {
    if (!this.filters) return nothing;
    const exported = (format) => withQuery('/admin/api/requests/export', { ...toQuery(this.filters), format });
    return html`
      ${head('Requests', WHOSE[currentSession()?.person.role] ?? 'What was asked of this gateway, the newest first.', html`
        ${!this.cursor && !this.filters.to ? html`<button type="button" aria-pressed=${this.live} @click=${() => this.pause()}>
          <span class="dot ${this.live ? 'on' : ''}"></span>${this.live ? 'Live' : 'Paused'}</button>` : nothing}
        <a class="button" href=${exported('csv')} download>Export CSV</a><a class="button" href=${exported('json')} download>Export JSON</a>`)}
      <gp-request-filters .filters=${this.filters} .rows=${this.rows ?? []} .names=${this.names}
        @filtered=${(event) => this.go(event.detail)}></gp-request-filters>
      ${this.error ? failure(this.error, () => this.read()) : !this.rows ? loading() : this.renderRows()}`;
  }

  renderRows() {
    const filtered = Object.keys(this.filters).length > 0;
    if (this.rows.length === 0 && this.waiting.length === 0) {
      if (this.next) return html`<p class="note">Nothing among the 20,000 requests that were looked at. <a href=${this.older()}>Look further back</a></p>`;
      return filtered || this.cursor
        ? empty('No request matches', 'Take a filter out, or choose a longer range.', html`<a class="button" href="/console/requests">Show all requests</a>`)
        : empty('No requests yet', 'A request shows up here a moment after it is over.',
          currentSession()?.person.role === 'viewer' ? nothing : html`<a class="button primary" href="/">Try one</a>`);
    }
    return html`
      <div class="news" role="status">${this.waiting.length ? html`<button type="button" class="primary" @click=${() => { this.showWaiting(); scrollTo(0, 0); }}>
        Show ${count(this.waiting.length)} new ${this.waiting.length === 1 ? 'request' : 'requests'}</button>` : nothing}
        ${this.lost ? html`<span class="small muted">${count(this.lost)} more came too fast to be shown here.</span>` : nothing}</div>
      <div class="table requests ${this.busy ? 'busy' : ''}">${rowsTable(this.rows, this.names, this.filters)}</div>
      <nav class="row spread" aria-label="Pages"><span class="small muted">${count(this.rows.length)} shown</span><span class="row">
        ${this.cursor ? html`<a class="button" href=${listHref(this.filters)}>Newest</a>` : nothing}
        ${!this.next && !this.trimmed ? nothing : this.busy ? html`<button type="button" disabled>Older</button>`
          : html`<a class="button" href=${this.older()}>Older</a>`}</span></nav>`;
  }
}

/** Both, without doubles, the newest first. */
function merged(rows, more) {
  if (more.length === 0) return rows;
  const seen = new Set(rows.map((row) => row.id));
  return [...more.filter((row) => !seen.has(row.id)), ...rows].sort((one, other) => other.time - one.time);
}

define('gp-request-list', RequestList);
