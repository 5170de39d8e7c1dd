import { html, nothing } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, put, remove, setSession } from '../ui/api.js';
import { badge, failure, field, head, loading, toast } from '../ui/parts.js';
import { time } from '../ui/format.js';

/** What whoever is logged in does about themselves: the password, and their sessions. */
class Account extends Plain {
  static properties = { rows: { state: true }, error: { state: true }, refused: { state: true }, busy: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  async read() {
    this.error = null;
    try {
      this.rows = (await get('/admin/api/sessions')).data;
    } catch (error) {
      this.error = error;
    }
  }

  async setPassword(event) {
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form);
    this.refused = null;
    if (data.get('password') !== data.get('again')) {
      this.refused = new Error('The two new passwords differ.');
      return;
    }
    this.busy = true;
    try {
      setSession(await put('/admin/api/session/password', { password: data.get('password'), ...(data.has('current') ? { current: data.get('current') } : {}) }));
      form.reset();
      toast('The password was set. Your other sessions were ended.');
      await this.read();
    } catch (error) {
      this.refused = error;
    }
    this.busy = false;
  }

  async end(row) {
    this.error = null;
    try {
      await remove(`/admin/api/sessions/${encodeURIComponent(row.id)}`);
      if (row.id === currentSession()?.id) { setSession(null); return; }
      await this.read();
    } catch (error) {
      this.error = error;
    }
  }

  render() {
    const session = currentSession();
    if (!session) return nothing;
    const { person } = session;
    const password = (id, label, autocomplete, hint = null) => field({ id: `account-${id}`, label, hint,
      control: html`<input id="account-${id}" name=${id} type="password" required minlength=${id === 'current' ? 1 : 12} maxlength="256" autocomplete=${autocomplete} aria-describedby=${hint ? `account-${id}-hint` : nothing}>` });
    return html`${head('Your account', `${person.name}, ${person.email}, ${person.role}`)}
      ${keyed(person.has_password, html`<form class="card stack" @submit=${this.setPassword} aria-labelledby="account-password-heading"><h2 id="account-password-heading">${person.has_password ? 'Change the password' : 'Set a password'}</h2>
        ${person.has_password ? nothing : html`<p>The code that you logged in with works once. With a password you can come back.</p>`}
        <input class="unseen" name="username" autocomplete="username" tabindex="-1" aria-hidden="true" readonly .value=${person.email}>
        <div class="fields">${person.has_password ? password('current', 'Current password', 'current-password') : nothing}
          ${password('password', 'New password', 'new-password', '12 to 256 characters.')}${password('again', 'New password again', 'new-password')}</div>
        ${this.refused ? failure(this.refused) : nothing}
        <div class="row"><button class="primary" ?disabled=${this.busy}>${this.busy ? 'One moment …' : 'Set password'}</button></div></form>`)}
      <section class="stack"><h2>Sessions</h2>${this.error ? failure(this.error, () => this.read()) : nothing}${this.rows ? this.table(session.id) : this.error ? nothing : loading()}</section>`;
  }

  table(own) {
    return html`<div class="table narrow" tabindex="0"><table><thead><tr><th scope="col">Browser</th><th scope="col">Address</th><th scope="col">Logged in by</th><th scope="col">Begun</th><th scope="col">Last seen</th><th scope="col">Ends</th><th scope="col"><span class="unseen">Actions</span></th></tr></thead>
      <tbody>${this.rows.map((row) => html`<tr><td><span class="clip" title=${row.user_agent ?? ''}>${row.user_agent ?? '–'}</span>${row.id === own ? badge('This one', 'info') : nothing}</td><td><code>${row.client}</code></td><td>${row.method}</td>
        <td class="nowrap">${time(row.created_ms)}</td><td class="nowrap">${time(row.seen_ms)}</td><td class="nowrap">${time(row.expires_ms)}</td>
        <td><div class="row end tight"><button type="button" aria-label="End the session begun ${time(row.created_ms)}" @click=${() => this.end(row)}>End</button></div></td></tr>`)}</tbody></table></div>`;
  }
}

define('gp-account', Account);
