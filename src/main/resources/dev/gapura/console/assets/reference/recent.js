import { html } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { get, watchSession } from '../ui/api.js';
import { badge, failure, loading } from '../ui/parts.js';
import { iso, time, tone } from '../ui/format.js';

const MOST = 8;

/** The newest requests of whoever is logged in, as they end; for strangers an invitation. */
class Recent extends Plain {
  static properties = { session: {}, rows: {}, error: {}, live: { type: Boolean } };

  connectedCallback() {
    super.connectedCallback();
    this.unwatch = watchSession((session) => {
      this.session = session;
      this.close();
      if (session) this.load();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.unwatch();
    this.close();
  }

  close() {
    this.tail?.close();
    this.tail = null;
    this.live = false;
  }

  async load() {
    this.error = null;
    try {
      const answer = await get('/admin/api/recent', { limit: MOST });
      this.rows = answer.data;
      this.follow();
    } catch (error) {
      this.error = error;
    }
  }

  follow() {
    this.tail = new EventSource('/admin/api/recent/tail');
    this.tail.addEventListener('open', () => { this.live = true; });
    this.tail.addEventListener('error', () => { this.live = false; });
    this.tail.addEventListener('request', (event) => {
      this.rows = [JSON.parse(event.data), ...this.rows].slice(0, MOST);
    });
  }

  render() {
    if (!this.session) {
      return html`<div class="empty"><p><a href="/console">Log in</a> to see full request history</p></div>`;
    }
    if (this.error) return failure(this.error, () => this.load());
    if (!this.rows) return loading();
    if (!this.rows.length) return html`<div class="empty"><p>No requests of your own yet. Press <a href="#try-it">Try it</a> to send the first one.</p></div>`;
    return html`<div class="table" tabindex="0" role="region" aria-label="Table of recent requests"><table>
      <thead><tr><th scope="col">Time</th><th scope="col">Status</th><th scope="col">User agent</th></tr></thead>
      <tbody aria-live="polite">${this.rows.map((row) => html`<tr>
        <td class="nowrap"><time datetime=${iso(row.time)}>${time(row.time)}</time></td>
        <td>${badge(row.status, tone(row.status))}</td>
        <td><span class="clip agent" title=${row.user_agent ?? ''}>${row.user_agent ?? '–'}</span></td></tr>`)}</tbody></table></div>
      <p class="spread small muted"><span>${this.live ? 'Live: new requests appear as they end.' : 'Not live at the moment.'}</span>
      <a href="/console/requests">Full request history</a></p>`;
  }
}

define('gp-recent', Recent);
