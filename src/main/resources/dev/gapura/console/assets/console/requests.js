import { html } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { get } from '../ui/api.js';
import { badge, empty, failure, head, loading } from '../ui/parts.js';
import { duration, money, time, tone } from '../ui/format.js';

class Requests extends Plain {
  static properties = { rows: {}, error: {} };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  async read() {
    this.error = null;
    try {
      this.rows = (await get('/admin/api/requests', { limit: 50 })).data;
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    return html`${head('Requests', 'What was asked of this gateway, the newest first.')}
      ${this.error ? failure(this.error, () => this.read()) : !this.rows ? loading() : this.rows.length === 0
        ? empty('No requests yet', 'A request shows up here a moment after it is over.')
        : html`<div class="table"><table><thead><tr><th>Time</th><th>Status</th><th>Model</th><th class="number">Cost</th><th class="number">Duration</th></tr></thead>
          <tbody>${this.rows.map((row) => html`<tr><td class="nowrap">${time(row.start_ms)}</td><td>${badge(row.status, tone(row.status))}</td>
          <td><span class="clip">${row.model_asked}</span></td><td class="number">${money(row.cost_nano_usd)}</td><td class="number">${duration(row.duration_ms)}</td></tr>`)}</tbody></table></div>`}`;
  }
}

define('gp-requests', Requests);
