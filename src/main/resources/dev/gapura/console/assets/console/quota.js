import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get } from '../ui/api.js';
import { badge, failure, loading, toast } from '../ui/parts.js';
import { time } from '../ui/format.js';
import { MEASURES, amount, editLimits, useBar } from './quota-form.js';

/** Where a scope has no limits, by its kind. */
const NONE = {
  key: 'None of its own. Those of its person, team and organization hold all the same.',
  person: 'None of their own. Those of their keys, teams and organization hold all the same.',
  team: 'None of its own. Those of its keys, people and organization hold all the same.',
};

/** Limits of one scope with what is used of them now, for pages of keys, people and teams. */
class Quota extends Plain {
  static properties = { scope: {}, subject: {}, heading: {}, row: { state: true }, error: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  async read() {
    this.error = null;
    try {
      this.row = (await get('/admin/api/standing', { scope: this.scope, id: this.subject })).data[0] ?? { uses: [] };
    } catch (error) {
      this.error = error;
    }
  }

  async edit() {
    try {
      if (!await editLimits(this.scope, this.subject, this.heading)) return;
      toast('The limits were set.');
      this.read();
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    const changes = ['owner', 'admin'].includes(currentSession()?.person.role) && this.row?.origin !== 'file';
    return html`<div class="spread"><h2>${this.heading}</h2>${changes ? html`<button type="button" @click=${() => this.edit()}>Set limits</button>` : nothing}</div>
      ${this.error ? failure(this.error, () => this.read()) : !this.row ? loading() : this.row.uses.length === 0
        ? html`<p class="muted">${NONE[this.scope]}</p>`
        : html`<div class="table" tabindex="0"><table><thead><tr><th scope="col">Limit</th><th scope="col" class="number">Most</th><th scope="col">Now</th><th scope="col">Begins anew</th></tr></thead>
          <tbody>${this.row.uses.map((use) => html`<tr><td>${MEASURES[use.measure] ?? use.measure} ${this.row.origin === 'file' ? badge('from the file') : nothing}</td>
            <td class="number">${amount(use.measure, use.limit)}</td><td>${useBar(use)}</td><td class="nowrap">${time(use.resets_ms)}</td></tr>`)}</tbody></table></div>`}`;
  }
}

define('gp-quota', Quota);
