import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get } from '../ui/api.js';
import { empty, failure, head, loading } from '../ui/parts.js';
import { count, time } from '../ui/format.js';
import { connectProvider } from './provider-keys.js';
import { health, quantile } from './provider-health.js';
import './provider.js';
import './models.js';

/** Providers with how they did within the last hour, and every model; `?provider=` opens one. */
class Providers extends Plain {
  static properties = { rows: { state: true }, addable: { state: true }, error: { state: true }, one: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.one = new URLSearchParams(location.search).get('provider');
    this.read();
  }

  async read() {
    this.error = null;
    try {
      const found = await get('/admin/api/providers');
      this.rows = found.data;
      this.addable = found.addable ?? [];
    } catch (error) {
      this.error = error;
    }
  }

  async connect() {
    if (await connectProvider(this.addable)) this.read();
  }

  render() {
    if (this.one) return html`<gp-provider class="stack" .name=${this.one} .row=${this.rows?.find((row) => row.name === this.one)} .addable=${this.addable}></gp-provider>`;
    const owner = currentSession()?.person.role === 'owner';
    return html`${head('Providers and models', 'Whom the gateway calls, how they did within the last hour, and what they offer.',
      owner ? html`<button type="button" class="primary" ?disabled=${!this.rows} @click=${() => this.connect()}>Add a provider’s key</button>` : nothing)}
      ${this.error ? failure(this.error, () => this.read()) : !this.rows ? loading() : this.rows.length
        ? this.table() : empty('No provider can be called yet', 'Add a key here, or name one in the configuration file.')}
      <gp-models class="stack"></gp-models>`;
  }

  table() {
    return html`<div class="table" tabindex="0"><table><thead><tr><th scope="col">Provider</th><th scope="col">Last hour</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Failed</th>
      <th scope="col" class="number">Median</th><th scope="col" class="number">95 of 100 within</th><th scope="col" class="number">First byte, 95 of 100</th><th scope="col">Newest failure</th></tr></thead>
      <tbody>${this.rows.map((row) => html`<tr><td><a href="/console/providers?provider=${encodeURIComponent(row.name)}">${row.name}</a> <span class="muted">${row.dialect}</span></td>
        <td>${health(row)}</td><td class="number">${count(row.requests)}</td><td class="number">${count(row.failed)}</td>
        <td class="number">${quantile(row.duration_p50_ms)}</td><td class="number">${quantile(row.duration_p95_ms)}</td><td class="number">${quantile(row.first_byte_p95_ms)}</td>
        <td>${row.last_failure ? html`<a href="/console/requests?id=${row.last_failure.request}">${row.last_failure.status} ${row.last_failure.error_code ?? row.last_failure.failure}</a> <span class="muted nowrap">${time(row.last_failure.time)}</span>` : html`<span class="muted">None</span>`}</td></tr>`)}</tbody></table></div>`;
  }
}

define('gp-providers', Providers);
