import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, put, remove } from '../ui/api.js';
import { badge, confirm, empty, failure, field, head, loading, toast } from '../ui/parts.js';
import { time } from '../ui/format.js';
import './alerts.js';
import { Directory, leftOut } from './directory.js';
import { formDialog } from './form.js';
import { MEASURES, amount, editLimits, limitsOf, limitsPath, measureFields, useBar } from './quota-form.js';

const KINDS = { everyone: 'Everybody together', organization: 'Organization', team: 'Team', person: 'Person', key: 'Key', model: 'Models', end_user: 'End user' };

/** Limits and budgets of every scope, with what is used of each now. */
class Limits extends Plain {
  static properties = { rows: { state: true }, next: { state: true }, error: { state: true }, directory: { state: true }, kind: { state: true } };

  constructor() {
    super();
    this.kind = '';
    this.keys = new Map();
  }

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  async read(cursor = null) {
    this.error = null;
    try {
      const [page, directory, keys] = await Promise.all([get('/admin/api/standing', { cursor }), this.directory ?? Directory.load(), this.keys.size ? null : get('/admin/api/keys', { limit: 500, revoked: true })]);
      keys?.data.forEach((key) => this.keys.set(key.id, key.name));
      this.directory = directory;
      this.rows = cursor ? [...this.rows, ...page.data] : page.data;
      this.next = page.next;
    } catch (error) {
      this.error = error;
    }
  }

  /** Whom a row is of, as people name it. */
  whose(row) {
    if (row.scope === 'everyone') return 'All callers';
    if (row.id === '*') return row.scope === 'person' ? 'Each person, with all keys of theirs' : 'Each end user';
    if (row.scope === 'key') return this.keys.get(row.id) ?? row.id.replace(/^config:/, '');
    return row.scope === 'model' || row.scope === 'end_user' ? row.id : this.directory.name(row.id);
  }

  async change(work, said) {
    this.error = null;
    try {
      if (!await work()) return;
      toast(said);
      await this.read();
    } catch (error) {
      this.error = error;
    }
  }

  edit(row) {
    return this.change(() => editLimits(row.scope, row.id, `Limits of ${this.whose(row)}`), 'The limits were set.');
  }

  end(row) {
    return this.change(async () => await confirm('End these limits?', html`<strong>${this.whose(row)}</strong> is no longer limited by what was set here. What the configuration file says holds on.`, 'End limits')
      && remove(limitsPath(row.scope, row.id)), 'The limits were ended.');
  }

  add() {
    const owner = currentSession()?.person.role === 'owner';
    const kinds = Object.entries(KINDS).filter(([kind]) => owner || !['everyone', 'model', 'end_user'].includes(kind));
    const state = { kind: kinds[0][0] };
    return this.change(() => formDialog('Set limits', { action: 'Set limits', wide: true, lead: 'They take the place of all that were set here for the same. Empty fields limit nothing.',
      fields: (update) => html`<div class="fields">
        ${field({ id: 'limit-scope', label: 'Whose', control: html`<select id="limit-scope" name="scope" autofocus @change=${(event) => { state.kind = event.target.value; update(); }}>${kinds.map(([kind, text]) => html`<option value=${kind} ?selected=${kind === state.kind}>${text}</option>`)}</select>` })}
        ${this.subject(state.kind, owner)}</div>${measureFields({})}`,
      save: (data) => put(limitsPath(data.get('scope'), data.get('subject') ?? 'all'), limitsOf(data)) }), 'The limits were set.');
  }

  subject(kind, owner) {
    const { organizations, teams, people, cut } = this.directory;
    const each = { id: '*', name: 'Each one' };
    const options = { organization: organizations, team: teams, person: owner ? [each, ...people] : people, key: [...this.keys].map(([id, name]) => ({ id, name })) }[kind];
    if (kind === 'everyone') return nothing;
    const left = kind === 'person' ? leftOut(cut) : null;
    if (options) return field({ id: 'limit-subject', label: 'Which', hint: left, control: html`<select id="limit-subject" name="subject" required aria-describedby=${left ? 'limit-subject-hint' : nothing}>${options.map((one) => html`<option value=${one.id}>${one.email ? `${one.name} (${one.email})` : one.name}</option>`)}</select>` });
    const hint = kind === 'model' ? 'A pattern, such as openai/*: all models that match, together.' : 'A name as requests give it after the key’s id and a slash, or * for each.';
    return field({ id: 'limit-subject', label: 'Which', hint, control: html`<input id="limit-subject" name="subject" class="code" required aria-describedby="limit-subject-hint" value=${kind === 'end_user' ? '*' : ''}>` });
  }

  render() {
    const changes = ['owner', 'admin'].includes(currentSession()?.person.role);
    return html`${head('Budgets and limits', 'How much may be used, and how much is used now. A request must be within every limit that applies to it.',
      changes ? html`<button type="button" class="primary" ?disabled=${!this.directory} @click=${() => this.add()}>Set limits</button>` : nothing)}
      ${this.error ? failure(this.error, () => this.read()) : nothing}
      ${!this.rows ? (this.error ? nothing : loading()) : this.list(changes)}
      ${currentSession()?.person.role === 'owner' ? html`<gp-alerts class="stack"></gp-alerts>` : nothing}`;
  }

  list(changes) {
    const shown = this.kind ? this.rows.filter((row) => row.scope === this.kind) : this.rows;
    if (!this.rows.length) return empty('Nothing is limited', changes ? 'Set a budget of a team or a key, or put limits in the configuration file.' : 'No limit that you may see is set.');
    return html`<div class="filters">${field({ id: 'limits-kind', label: 'Show', control: html`<select id="limits-kind" @change=${(event) => { this.kind = event.target.value; }}><option value="">All limits</option>
        ${Object.entries(KINDS).map(([kind, text]) => html`<option value=${kind} ?selected=${kind === this.kind}>${text}</option>`)}</select>` })}</div>
      ${shown.length ? html`<div class="table" tabindex="0"><table><thead><tr><th scope="col">Whose</th><th scope="col">Limit</th><th scope="col" class="number">Most</th><th scope="col">Now</th><th scope="col">Begins anew</th></tr></thead>
        ${shown.map((row) => html`<tbody>${row.uses.map((use, index) => html`<tr>
          ${index === 0 ? html`<th scope="rowgroup" class="whose" rowspan=${row.uses.length}>${this.owner(row, changes)}</th>` : nothing}
          <td class="nowrap">${MEASURES[use.measure] ?? use.measure}</td><td class="number">${amount(use.measure, use.limit)}</td><td>${useBar(use)}</td><td class="nowrap">${time(use.resets_ms)}</td></tr>`)}</tbody>`)}</table></div>`
        : empty('No limit of this kind', 'Choose another kind, or set one.')}
      ${this.next ? html`<div class="row"><button type="button" @click=${() => this.read(this.next)}>Load more</button></div>` : nothing}`;
  }

  owner(row, changes) {
    const page = { key: `/console/keys?id=${row.id}`, team: `/console/people?team=${row.id}`, person: `/console/people?person=${row.id}` }[row.scope];
    const linked = page && row.id !== '*' && !row.id.startsWith('config:');
    return html`<div class="clip" title=${row.id}>${linked ? html`<a href=${page}>${this.whose(row)}</a>` : this.whose(row)}</div>
      <div class="muted small">${KINDS[row.scope]}</div>
      ${row.origin === 'file' ? html`<div>${badge('Set in the file')}</div>` : changes ? html`<div class="row tight"><button type="button" class="link" aria-label="Edit limits of ${this.whose(row)}" @click=${() => this.edit(row)}>Edit</button>
        <button type="button" class="link" aria-label="End limits of ${this.whose(row)}" @click=${() => this.end(row)}>End</button></div>` : nothing}`;
  }
}

define('gp-limits', Limits);
