import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, patch, post, remove } from '../ui/api.js';
import { badge, confirm, failure, head, loading } from '../ui/parts.js';
import { count, time } from '../ui/format.js';
import { addKey, keysPath, renameProviderKey, rotateProviderKey } from './provider-keys.js';
import { health, quantile } from './provider-health.js';
import './models.js';

/** The provider within the gateway, which nobody has a key of. */
const SIMULATOR = 'sim';

/** One provider: how it did, its keys of the database, and its models. */
class Provider extends Plain {
  static properties = { name: {}, row: {}, addable: {}, keys: { state: true }, used: { state: true }, error: { state: true }, tests: { state: true } };

  constructor() {
    super();
    this.tests = {};
  }

  connectedCallback() {
    super.connectedCallback();
    if (currentSession()?.person.role === 'owner') this.read();
  }

  async read() {
    await this.attempt(async () => {
      const found = await get(keysPath(this.name));
      this.keys = found.data;
      this.used = found.used;
    });
  }

  async test(key) {
    this.tests = { ...this.tests, [key.id]: { busy: true } };
    try {
      this.tests = { ...this.tests, [key.id]: await post(`${keysPath(this.name, key.id)}:test`) };
    } catch (error) {
      this.tests = { ...this.tests, [key.id]: { works: null, text: error.message } };
    }
  }

  async forget(key) {
    if (!await confirm('Forget this key?', html`<strong>${key.name}</strong> is taken out of the database. Requests under way end with it.`, 'Forget key')) return;
    await this.attempt(async () => { await remove(keysPath(this.name, key.id)); await this.read(); });
  }

  async after(change) {
    await this.attempt(async () => { if (await change) await this.read(); });
  }

  render() {
    const owner = currentSession()?.person.role === 'owner';
    const adds = owner && this.addable?.includes(this.name);
    const keyed = owner && this.name !== SIMULATOR;
    return html`${head(this.name, html`<a href="/console/providers">All providers</a>`, adds ? html`<button type="button" class="primary" @click=${() => this.after(addKey(this.name))}>Add key</button>` : nothing)}
      ${this.row ? this.facts(this.row) : nothing}
      ${keyed ? html`<section class="stack"><h2>Keys</h2>${this.error ? failure(this.error, () => this.read()) : nothing}${this.keys ? this.table() : this.error ? nothing : loading()}</section>` : nothing}
      <gp-models class="stack" .provider=${this.name}></gp-models>`;
  }

  facts(row) {
    const last = row.last_failure;
    return html`<div class="figures">
      <div class="figure"><div class="value">${count(row.requests)}</div><div class="name">requests in the last hour</div></div>
      <div class="figure"><div class="value">${count(row.failed)}</div><div class="name">failed</div></div>
      <div class="figure"><div class="value">${quantile(row.duration_p50_ms)}</div><div class="name">median duration</div></div>
      <div class="figure"><div class="value">${quantile(row.duration_p95_ms)}</div><div class="name">95 of 100 within</div></div></div>
      <div class="row">${health(row)}<span class="muted small">speaks ${row.dialect}</span>${last ? html`<span class="small">Newest failure: <a href="/console/requests?id=${last.request}">${last.status} ${last.error_code ?? last.failure}</a>, ${time(last.time)}</span>` : nothing}</div>`;
  }

  table() {
    if (!this.keys.length) {
      return html`<p class="muted">${this.row?.credential ? 'Its credential comes from the configuration file, the environment or a cloud. Keys that are added here would not be used.' : 'No key was added here.'}</p>`;
    }
    return html`${this.used ? nothing : html`<p class="note warn">These keys are not used: the configuration has a credential of this provider, which goes first.</p>`}
      <div class="table"><table><thead><tr><th scope="col">Name</th><th scope="col">Key</th><th scope="col">State</th><th scope="col">Added</th><th scope="col">Test</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
      <tbody>${this.keys.map((key) => html`<tr><td><span class="clip" title=${key.name}>${key.name}</span></td><td><code>${key.hint ? `…${key.hint}` : 'Hidden'}</code></td>
        <td>${key.disabled ? badge('Out of use', 'warn') : badge('In use', 'good')}</td><td class="nowrap">${time(key.created)}</td><td aria-live="polite">${this.tested(this.tests[key.id])}</td>
        <td><div class="row end tight"><button type="button" aria-label="Test ${key.name}" @click=${() => this.test(key)}>Test</button>
          <button type="button" aria-label="Rotate ${key.name}" @click=${() => this.after(rotateProviderKey(this.name, key))}>Rotate</button>
          <button type="button" aria-label="Rename ${key.name}" @click=${() => this.after(renameProviderKey(this.name, key))}>Rename</button>
          <button type="button" aria-label="${key.disabled ? 'Enable' : 'Disable'} ${key.name}" @click=${() => this.after(patch(keysPath(this.name, key.id), { disabled: !key.disabled }))}>${key.disabled ? 'Enable' : 'Disable'}</button>
          <button type="button" class="danger" aria-label="Forget ${key.name}" @click=${() => this.forget(key)}>Forget</button></div></td></tr>`)}</tbody></table></div>`;
  }

  tested(result) {
    if (!result) return html`<span class="muted">Not tested</span>`;
    if (result.busy) return html`<span class="muted">Asking …</span>`;
    const shown = result.works === true ? badge('Works', 'good') : result.works === false ? badge('Refused', 'bad') : badge('Cannot be told', 'warn');
    return html`${shown} <span class="small">${result.works === true ? '' : result.text}</span>`;
  }
}

define('gp-provider', Provider);
