import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession } from '../ui/api.js';
import { empty, failure, field, head, loading } from '../ui/parts.js';
import { date, time } from '../ui/format.js';
import { Directory } from './directory.js';
import { createKey } from './key-form.js';
import { keyState, showSecret } from './key-parts.js';
import { Paged, counted, later, turning } from './paged.js';
import './key.js';

/** More people than this are found by name, not in a list to choose from. */
const MOST_PEOPLE = 200;

/** Keys that were made here, and what one of them is: `?id=` opens it. */
class Keys extends Plain {
  static properties = { keys: { state: true }, error: { state: true }, directory: { state: true }, one: { state: true } };

  constructor() {
    super();
    this.keys = new Paged('/admin/api/keys');
    this.search = later(() => this.read());
    this.text = '';
    this.owner = '';
    this.revoked = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.one = new URLSearchParams(location.search).get('id');
    if (!this.one) this.read();
  }

  read() {
    const [kind, id] = this.owner.split(':');
    return this.show(() => this.keys.ask({ revoked: this.revoked || null, search: this.text.trim() || null, ...(kind ? { [kind]: id } : {}) }));
  }

  show(asking) {
    return this.attempt(async () => {
      const [, directory] = await Promise.all([asking(), this.directory ?? Directory.load()]);
      this.directory = directory;
      this.requestUpdate();
    });
  }

  async create() {
    const made = await createKey(this.directory);
    if (!made) return;
    await showSecret('The key was created', made);
    this.read();
  }

  filter(change) {
    Object.assign(this, change);
    this.read();
  }

  render() {
    if (this.one) return html`<gp-key class="stack" .key=${this.one}></gp-key>`;
    const creates = currentSession()?.person.role !== 'viewer';
    return html`${head('Keys', 'What programs call the gateway with. Keys of the configuration file stand in Settings.',
      creates ? html`<button type="button" class="primary" ?disabled=${!this.directory} @click=${() => this.create()}>Create key</button>` : nothing)}
      ${this.error && !this.keys.rows ? failure(this.error, () => this.read()) : !this.keys.rows || !this.directory ? loading() : this.list(creates)}`;
  }

  list(creates) {
    const { rows, query } = this.keys;
    const filtered = this.owner || this.revoked || this.text;
    return html`${rows.length || filtered ? this.filters() : nothing}
      ${this.error ? failure(this.error, () => this.read()) : nothing}
      ${rows.length ? this.table(rows) : query.search ? empty(`Nothing found for “${query.search}”`, this.revoked ? 'Names, prefixes, and whom a key belongs to are searched.' : 'Names, prefixes, and whom a key belongs to are searched. Revoked keys are not.')
        : filtered ? empty('No key matches', 'Change the filters.')
          : empty('No keys yet', creates ? 'Create one for each program that calls the gateway.' : 'Ask an owner or administrator for one.')}
      ${turning(this.keys, (asking) => this.show(asking))}`;
  }

  filters() {
    const option = (kind, one) => html`<option value="${kind}:${one.id}" ?selected=${this.owner === `${kind}:${one.id}`}>${one.name}</option>`;
    const { organizations, teams, people } = this.directory;
    return html`<div class="filters">
      ${field({ id: 'keys-text', label: 'Find', control: html`<input id="keys-text" type="search" placeholder="Name, prefix, owner" .value=${this.text} @input=${(event) => { this.text = event.target.value; this.search(); }}>` })}
      ${field({ id: 'keys-owner', label: 'Belongs to', control: html`<select id="keys-owner" @change=${(event) => this.filter({ owner: event.target.value })}>
        <option value="">Anybody</option>
        ${organizations.length > 1 ? html`<optgroup label="Organizations">${organizations.map((one) => option('organization', one))}</optgroup>` : nothing}
        ${teams.length ? html`<optgroup label="Teams">${teams.map((one) => option('team', one))}</optgroup>` : nothing}
        ${people.length > 1 && people.length <= MOST_PEOPLE ? html`<optgroup label="People">${people.map((one) => option('person', one))}</optgroup>` : nothing}</select>` })}
      <div class="check"><input id="keys-revoked" type="checkbox" .checked=${this.revoked} @change=${(event) => this.filter({ revoked: event.target.checked })}><label for="keys-revoked">Show revoked keys</label></div>
      <p class="muted small" role="status">${counted(this.keys, 'key', 'keys')}</p>
    </div>`;
  }

  table(rows) {
    return html`<div class="table narrow" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Key</th><th scope="col">Belongs to</th><th scope="col">Models</th>
      <th scope="col">Last used</th><th scope="col">Expires</th></tr></thead>
      <tbody>${rows.map((key) => html`<tr>
        <td><a class="clip" href="/console/keys?id=${key.id}" title=${key.name}>${key.name}</a></td>
        <td>${keyState(key)}</td><td class="nowrap"><code>${key.prefix}…</code></td>
        <td><span class="clip">${this.belongsTo(key)}</span></td>
        <td><span class="clip" title=${(key.policy.models ?? []).join(', ')}>${key.policy.models ? html`<code>${key.policy.models.join(', ')}</code>` : 'All'}</span></td>
        <td class="nowrap">${key.last_used ? time(key.last_used) : html`<span class="muted">Never</span>`}</td>
        <td class="nowrap">${key.expires ? date(key.expires) : html`<span class="muted">Never</span>`}</td></tr>`)}</tbody></table></div>`;
  }

  belongsTo(key) {
    const parts = [this.directory.name(key.person), this.directory.name(key.team)].filter(Boolean);
    return parts.length ? parts.join(' · ') : this.directory.name(key.organization);
  }
}

define('gp-keys', Keys);
