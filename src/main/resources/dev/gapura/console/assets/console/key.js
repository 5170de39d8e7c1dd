import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, remove } from '../ui/api.js';
import { confirm, failure, head, loading, toast } from '../ui/parts.js';
import { date, time } from '../ui/format.js';
import { Directory } from './directory.js';
import { editKey, rotateKey } from './key-form.js';
import { keyState, showSecret } from './key-parts.js';
import { pretty } from './form.js';
import './quota.js';

const BODIES = { off: 'None', errors: 'Those of failed requests', all: 'All' };

/** One key: whose it is, what it may do, its limits, and what can be done with it. */
class Key extends Plain {
  static properties = { key: {}, row: { state: true }, error: { state: true }, directory: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  async read() {
    this.error = null;
    try {
      [this.row, this.directory] = await Promise.all([get(`/admin/api/keys/${encodeURIComponent(this.key)}`), Directory.load()]);
    } catch (error) {
      this.error = error;
    }
  }

  async edit() {
    const changed = await editKey(this.row);
    if (!changed) return;
    this.row = changed;
    toast('The key was changed.');
  }

  async rotate() {
    const made = await rotateKey(this.row);
    if (!made) return;
    this.row = made.key;
    showSecret('The key has a new secret', made);
  }

  async revoke() {
    if (!await confirm('Revoke this key?', html`Whatever uses <strong>${this.row.name}</strong> is refused at once, and for good. Requests under way run on.`, 'Revoke key')) return;
    try {
      this.row = await remove(`/admin/api/keys/${encodeURIComponent(this.row.id)}`);
      toast('The key was revoked.');
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    const key = this.row;
    if (!key) return html`${head('Key', html`<a href="/console/keys">All keys</a>`)}${this.error ? failure(this.error, () => this.read()) : loading()}`;
    const changes = currentSession()?.person.role !== 'viewer' && !key.revoked;
    return html`${head(key.name, html`<a href="/console/keys">All keys</a>`, changes ? html`
        <button type="button" @click=${() => this.edit()}>Edit</button><button type="button" @click=${() => this.rotate()}>Rotate</button>
        <button type="button" class="danger" @click=${() => this.revoke()}>Revoke</button>` : nothing)}
      ${this.error ? failure(this.error) : nothing}
      <div class="halves"><section class="card stack"><h2>Key</h2>${this.facts(key)}</section>
        <section class="card stack"><h2>What it may do</h2>${this.policy(key.policy)}</section></div>
      <gp-quota class="stack" scope="key" .subject=${key.id} heading="Limits of this key"></gp-quota>`;
  }

  facts(key) {
    const name = (id) => this.directory.name(id) ?? 'None';
    return html`<dl class="pairs"><dt>State</dt><dd>${keyState(key)}</dd>
      <dt>Secret</dt><dd><code>${key.prefix}…</code></dd>
      <dt>Organization</dt><dd>${name(key.organization)}</dd><dt>Team</dt><dd>${name(key.team)}</dd><dt>Person</dt><dd>${key.person ? name(key.person) : 'Nobody'}</dd>
      <dt>Created</dt><dd>${time(key.created)}</dd><dt>Last used</dt><dd>${key.last_used ? time(key.last_used) : 'Never'}</dd>
      <dt>Expires</dt><dd>${key.expires ? date(key.expires) : 'Never'}</dd>${key.revoked ? html`<dt>Revoked</dt><dd>${time(key.revoked)}</dd>` : nothing}
      <dt>Id</dt><dd><code>${key.id}</code></dd><dt>Requests</dt><dd><a href="/console/requests?key_id=${key.id}">Show its requests</a></dd></dl>`;
  }

  policy(policy) {
    const list = (values, none) => (values?.length ? html`<code>${values.join(', ')}</code>` : none);
    return html`<dl class="pairs"><dt>Models</dt><dd>${list(policy.models, 'All')}</dd><dt>Tools</dt><dd>${list(policy.tools, 'All')}</dd>
      <dt>Offered tools</dt><dd>${list(policy.offer, 'None')}</dd><dt>Routes</dt><dd>${list(policy.routes, 'All but the administration')}</dd>
      <dt>Addresses</dt><dd>${list(policy.addresses, 'All')}</dd><dt>Bodies kept</dt><dd>${BODIES[policy.bodies] ?? 'As for everybody'}</dd>
      <dt>Defaults</dt><dd>${policy.defaults ? html`<pre tabindex="0">${pretty(policy.defaults)}</pre>` : 'None'}</dd>
      <dt>Tags</dt><dd>${policy.tags ? html`<pre tabindex="0">${pretty(policy.tags)}</pre>` : 'None'}</dd></dl>`;
  }
}

define('gp-key', Key);
