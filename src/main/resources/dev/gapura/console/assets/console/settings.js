import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, post } from '../ui/api.js';
import { badge, confirm, failure, head, loading } from '../ui/parts.js';
import './audit.js';

const SECTIONS = { server: 'Server', timeouts: 'Timeouts', limits: 'Limits', budget: 'Budgets', alerts: 'Alerts', shared: 'Shared counting', storage: 'Storage', history: 'History', egress: 'Egress', oidc: 'Identity provider',
  providers: 'Providers', models: 'Aliases', keys: 'Keys', tools: 'Tools' };

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const object = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** A value of the configuration as people write it. */
function shown(value) {
  if (value === null || value === undefined) return html`<span class="muted">Not set</span>`;
  if (Array.isArray(value) && !value.length) return html`<span class="muted">None</span>`;
  if (object(value) && !Object.keys(value).length) return html`<span class="muted">None</span>`;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object')) return html`<code>${value.join(', ')}</code>`;
  return typeof value === 'object' ? html`<pre tabindex="0">${JSON.stringify(value, null, 2)}</pre>` : html`<code>${String(value)}</code>`;
}

/** The configuration in use, reading it again, and the trail of changes. */
class Settings extends Plain {
  static properties = { tab: { state: true }, settings: { state: true }, error: { state: true }, reloaded: { state: true }, changed: { state: true } };

  constructor() {
    super();
    this.owner = currentSession()?.person.role === 'owner';
    this.tab = this.owner && new URLSearchParams(location.search).get('tab') !== 'audit' ? 'configuration' : 'audit';
    this.changed = false;
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.owner) this.read();
  }

  async read() {
    this.error = null;
    try {
      this.settings = await get('/admin/api/settings');
    } catch (error) {
      this.error = error;
    }
  }

  async reload() {
    if (!await confirm('Read the configuration again?', 'Requests from now on are decided by what the file says then. A file that cannot be used changes nothing.', 'Reload')) return;
    this.error = null;
    this.reloaded = null;
    try {
      this.reloaded = await post('/admin/api/reload');
      await this.read();
    } catch (error) {
      this.error = error;
    }
  }

  choose(tab) {
    this.tab = tab;
    history.replaceState(null, '', `/console/settings?tab=${tab}`);
  }

  render() {
    const tab = (name, text) => html`<button type="button" role="tab" id="tab-${name}" aria-selected=${this.tab === name} aria-controls="settings-panel" @click=${() => this.choose(name)}>${text}</button>`;
    return html`${head('Settings', 'The configuration as it was loaded, and who changed what.', this.owner ? html`<button type="button" @click=${() => this.reload()}>Reload configuration</button>` : nothing)}
      ${this.owner ? html`<div class="tabs" role="tablist" aria-label="What to show">${tab('configuration', 'Configuration')}${tab('audit', 'Audit trail')}</div>` : nothing}
      ${this.error ? failure(this.error, () => this.read()) : nothing}
      ${this.reloaded ? html`<div class="note ${this.reloaded.warnings.length ? 'warn' : 'good'}" role="status"><strong>The configuration was read again.</strong>${this.reloaded.warnings.map((warning) => html`<span>${warning}</span>`)}</div>` : nothing}
      <div id="settings-panel" class="stack" role=${this.owner ? 'tabpanel' : nothing} aria-labelledby=${this.owner ? `tab-${this.tab}` : nothing}>
        ${this.tab === 'audit' ? html`<gp-audit class="stack"></gp-audit>` : this.settings ? this.configuration() : this.error ? nothing : loading()}</div>`;
  }

  configuration() {
    const { defaults = {}, source } = this.settings;
    return html`<div class="spread"><p class="small">${source ? html`Read from <code>${source}</code>. It is changed there.` : 'There is no configuration file: these are the defaults.'}</p>
      <div class="check"><input id="settings-changed" type="checkbox" .checked=${this.changed} @change=${(event) => { this.changed = event.target.checked; }}><label for="settings-changed">Only what differs from the defaults</label></div></div>
      <div class="two-columns">${Object.entries(SECTIONS).map(([name, title]) => this.section(name, title, this.settings[name], defaults[name]))}</div>`;
  }

  section(name, title, value, standard) {
    if (this.changed && same(value, standard)) return nothing;
    const members = object(value) && object(standard ?? {}) && name !== 'models' ? Object.entries(value) : null;
    const rows = members ? members.filter(([member, one]) => !this.changed || !same(one, standard?.[member])) : null;
    return html`<section class="card stack"><h2>${title} <code class="muted">${name}</code></h2>
      ${rows ? html`<dl class="pairs">${rows.map(([member, one]) => html`<dt><code>${member}</code></dt><dd>${shown(one)} ${same(one, standard?.[member]) ? nothing : badge('Set', 'info')}</dd>`)}</dl>` : html`<div>${shown(value)}</div>`}</section>`;
  }
}

define('gp-settings', Settings);
