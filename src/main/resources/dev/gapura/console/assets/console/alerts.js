import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { get, post, put, remove } from '../ui/api.js';
import { badge, confirm, failure, field, loading, toast } from '../ui/parts.js';
import { money, time } from '../ui/format.js';
import { formDialog, textOf } from './form.js';

const PATH = '/admin/api/alerts';
const SPANS = { day: 'a day', month: 'a month', total: 'in all' };
const TONES = { delivered: 'good', waiting: 'info', failed: 'bad', skipped: '' };

/** Where it is told that budgets are nearly used up, and what became of the newest alerts. */
class Alerts extends Plain {
  static properties = { settings: { state: true }, rows: { state: true }, error: { state: true }, tested: { state: true }, busy: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  read() {
    return this.attempt(async () => {
      const found = await get(PATH);
      this.settings = found.settings;
      this.rows = found.data;
    });
  }

  /** Percentages as people write them, parted by commas. */
  static percentages(text) {
    return text.split(',').map((one) => Number(one.trim()));
  }

  edit() {
    return this.attempt(async () => {
      const set = await formDialog('Alerts of budgets', { action: 'Set alerts',
        fields: () => html`${field({ id: 'alerts-url', label: 'Address', hint: 'A message is posted here when a budget reaches a threshold.', control: html`<input id="alerts-url" name="url" type="url" class="code" required autofocus placeholder="https://…" aria-describedby="alerts-url-hint">` })}
          ${field({ id: 'alerts-secret', label: 'Secret', hint: 'Messages are signed with it. Empty: as before where the address is the same.', control: html`<input id="alerts-secret" name="secret" type="password" autocomplete="off" aria-describedby="alerts-secret-hint">` })}
          ${field({ id: 'alerts-thresholds', label: 'Thresholds in percent', control: html`<input id="alerts-thresholds" name="thresholds" required pattern="\\s*\\d+\\s*(,\\s*\\d+\\s*)*" .value=${(this.settings.thresholds?.length ? this.settings.thresholds : [80, 100]).join(', ')}>` })}`,
        save: (data) => put(PATH, { url: data.get('url'), thresholds: Alerts.percentages(data.get('thresholds')), ...(textOf(data, 'secret') ? { secret: data.get('secret') } : {}) }) });
      if (!set) return;
      toast('Alerts were set.');
      await this.read();
    });
  }

  async end() {
    if (!await confirm('End alerts?', 'Nobody is told any more when a budget is nearly used up.', 'End alerts')) return;
    await this.attempt(async () => { await remove(PATH); await this.read(); });
  }

  async test() {
    this.busy = true;
    this.tested = null;
    await this.attempt(async () => { this.tested = await post(`${PATH}:test`); });
    this.busy = false;
  }

  render() {
    const { settings } = this;
    if (!settings) return html`<h2>Alerts</h2>${this.error ? failure(this.error, () => this.read()) : loading()}`;
    return html`<div class="spread"><h2>Alerts</h2><div class="row">
        ${settings.place ? html`<button type="button" ?disabled=${this.busy} @click=${() => this.test()}>${this.busy ? 'Sending …' : 'Send a test'}</button>` : nothing}
        ${settings.file ? nothing : html`<button type="button" @click=${() => this.edit()}>Set alerts</button>`}
        ${settings.place && !settings.file ? html`<button type="button" class="danger" @click=${() => this.end()}>End alerts</button>` : nothing}</div></div>
      ${this.error ? failure(this.error) : nothing}
      <div aria-live="polite">${this.tested ? html`<p class="note ${this.tested.delivered ? 'good' : 'bad'}">${this.tested.delivered ? 'The test was delivered' : 'The test was not delivered'}: ${this.tested.text}</p>` : nothing}</div>
      ${settings.trouble ? html`<p class="note bad">${settings.trouble}</p>` : nothing}
      <p class="row">${settings.place ? html`<span>At ${settings.thresholds.map((one) => `${one} %`).join(' and ')} of a budget a message goes to <code>${settings.place}</code>.</span>
        ${settings.signed ? badge('Signed', 'good') : badge('Not signed', 'warn')}${settings.file ? badge('Set in the file') : nothing}` : html`<span class="muted">Nobody is told when a budget is nearly used up.</span>`}</p>
      ${this.rows.length ? this.table() : nothing}`;
  }

  table() {
    return html`<div class="table narrow" tabindex="0"><table><thead><tr><th scope="col">Reached</th><th scope="col">Budget of</th><th scope="col" class="number">Threshold</th><th scope="col" class="number">Spent</th><th scope="col" class="number">Budget</th><th scope="col">State</th><th scope="col">What came of it</th></tr></thead>
      <tbody>${this.rows.map((row) => html`<tr><td class="nowrap">${time(row.reached)}</td><td><span class="clip" title=${row.scope_id}>${row.scope} ${row.scope_id}</span></td><td class="number">${row.percent} %</td>
        <td class="number">${money(row.spent_nano_usd)}</td><td class="number nowrap">${money(row.limit_nano_usd)} ${SPANS[row.span] ?? row.span}</td>
        <td>${badge(row.state, TONES[row.state] ?? '')}</td><td>${row.outcome ?? '–'}${row.next ? html` <span class="muted">again at ${time(row.next)}</span>` : nothing}</td></tr>`)}</tbody></table></div>`;
  }
}

define('gp-alerts', Alerts);
