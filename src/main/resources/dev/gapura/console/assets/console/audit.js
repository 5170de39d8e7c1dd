import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { get, post } from '../ui/api.js';
import { empty, failure, field, loading } from '../ui/parts.js';
import { count, iso, time } from '../ui/format.js';
import { Directory } from './directory.js';

const KINDS = ['key', 'person', 'team', 'organization', 'limit', 'provider_key', 'tool', 'session'];
const PAGE = 50;

/** Members that differ between two values, with their paths. */
export function differences(before, after, path = '') {
  const nested = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
  if (nested(before ?? {}) && nested(after ?? {}) && (nested(before) || nested(after))) {
    const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
    return [...names].flatMap((name) => differences(before?.[name], after?.[name], path ? `${path}.${name}` : name));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [[path, before, after]];
}

const text = (value) => (value === undefined || value === null ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value));

/** The trail of every change, the newest first, and whether it is whole. */
class AuditTrail extends Plain {
  static properties = { rows: { state: true }, next: { state: true }, error: { state: true }, kind: { state: true }, object: { state: true }, verified: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.kind = '';
    this.object = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  async read(cursor = null) {
    this.error = null;
    try {
      const [page, directory] = await Promise.all([get('/admin/api/audit', { limit: PAGE, cursor, kind: this.kind, object: this.object.trim() }), this.directory ?? Directory.load()]);
      this.directory = directory;
      this.rows = cursor ? [...this.rows, ...page.data] : page.data;
      this.next = page.next;
    } catch (error) {
      this.error = error;
    }
  }

  async verify() {
    this.busy = true;
    this.error = null;
    try {
      this.verified = await post('/admin/api/audit:verify');
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }

  filter(event) {
    event.preventDefault();
    const data = new FormData(event.target.form ?? event.target);
    this.kind = data.get('kind');
    this.object = data.get('object');
    this.read();
  }

  render() {
    return html`<div class="spread"><form class="filters" @submit=${this.filter}>
        ${field({ id: 'audit-kind', label: 'Kind', control: html`<select id="audit-kind" name="kind" @change=${this.filter}><option value="">All</option>${KINDS.map((kind) => html`<option ?selected=${kind === this.kind}>${kind}</option>`)}</select>` })}
        ${field({ id: 'audit-object', label: 'Id', control: html`<input id="audit-object" name="object" class="code" type="search" placeholder="The whole id" .value=${this.object}>` })}<button>Filter</button></form>
        <button type="button" ?disabled=${this.busy} @click=${() => this.verify()}>${this.busy ? 'Checking …' : 'Verify the trail'}</button></div>
      <div aria-live="polite">${this.verified ? this.verdict(this.verified) : nothing}</div>
      ${this.error ? failure(this.error, () => this.read()) : nothing}
      ${!this.rows ? (this.error ? nothing : loading()) : this.rows.length ? this.table() : empty('No change matches', 'Every change of keys, people, limits, tools and providers’ keys stands here.')}
      ${this.next ? html`<div class="row"><button type="button" @click=${() => this.read(this.next)}>Older</button></div>` : nothing}`;
  }

  verdict({ rows, broken_at: broken }) {
    return broken === null ? html`<p class="note good">All ${count(rows)} changes follow one another rightly: none was altered or taken out.</p>`
      : html`<p class="note bad">The chain breaks at change ${broken}: it, or one before it, was altered or taken out. ${count(rows)} changes before it are right.</p>`;
  }

  table() {
    return html`<div class="table roomy" tabindex="0"><table><thead><tr><th scope="col">Time</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">Of</th><th scope="col">Change</th></tr></thead>
      <tbody>${this.rows.map((row) => html`<tr><td class="nowrap"><time datetime=${iso(row.time)} title=${iso(row.time)}>${time(row.time)}</time></td>
        <td><span class="clip" title=${row.actor}>${this.directory.actor(row.actor)}</span></td><td><code>${row.action}</code></td>
        <td><span class="clip" title=${row.object}>${this.directory.name(row.object)}</span></td><td>${this.change(row)}</td></tr>`)}</tbody></table></div>`;
  }

  change({ id, detail }) {
    if (!detail) return html`<span class="muted">–</span>`;
    const changed = differences(detail.before, detail.after);
    if (!changed.length) return html`<span class="muted">–</span>`;
    return html`<details><summary>${changed.length === 1 ? '1 member' : `${changed.length} members`}<span class="unseen"> of change ${id}</span></summary>
      <ul class="changes">${changed.map(([path, before, after]) => html`<li><code>${path || 'value'}</code> ${before === undefined ? nothing : html`<del>${text(before)}</del> → `}<ins>${text(after)}</ins></li>`)}</ul></details>`;
  }
}

define('gp-audit', AuditTrail);
