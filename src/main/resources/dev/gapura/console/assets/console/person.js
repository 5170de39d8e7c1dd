import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, patch, post, remove } from '../ui/api.js';
import { badge, confirm, failure, head, loading, toast } from '../ui/parts.js';
import { time } from '../ui/format.js';
import { confirmErase, editPerson, showCode } from './people-form.js';
import './quota.js';

/** One person: who it is, what can be done about them, and their limits. */
class PersonView extends Plain {
  static properties = { person: {}, row: { state: true }, error: { state: true }, gone: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  get path() {
    return `/admin/api/people/${encodeURIComponent(this.person)}`;
  }

  read() {
    return this.attempt(async () => { this.row = await get(this.path); });
  }

  edit() {
    return this.attempt(async () => { this.row = await editPerson(this.row) ?? this.row; });
  }

  async reset() {
    if (!await confirm('Reset the password?', html`Password and logins of <strong>${this.row.name}</strong> end. They get a link to log in once.`, 'Reset password')) return;
    await this.attempt(async () => {
      const invited = await post(`${this.path}:reset-password`);
      this.row = invited.person;
      showCode(invited, 'The password was reset');
    });
  }

  async disable() {
    const disabled = !this.row.disabled;
    if (disabled && !await confirm('Disable this person?', html`<strong>${this.row.name}</strong> can neither log in nor call until enabled again.`, 'Disable')) return;
    await this.attempt(async () => { this.row = await patch(this.path, { disabled }); });
  }

  async erase() {
    if (!await confirmErase(this.row)) return;
    await this.attempt(async () => {
      await remove(this.path);
      this.gone = true;
      toast('The person was erased.');
    });
  }

  render() {
    const all = html`<a href="/console/people">All people</a>`;
    if (this.gone) return html`${head('Erased', all)}<p>Who this was is forgotten.</p>`;
    const person = this.row;
    if (!person) return html`${head('Person', all)}${this.error ? failure(this.error, () => this.read()) : loading()}`;
    const session = currentSession()?.person;
    const changes = session.role === 'owner' || (session.role === 'admin' && person.role !== 'owner');
    return html`${head(person.name, all, changes ? html`<button type="button" @click=${() => this.edit()}>Edit</button>
        <button type="button" @click=${() => this.reset()}>Reset password</button>
        ${person.id === session.id ? nothing : html`<button type="button" @click=${() => this.disable()}>${person.disabled ? 'Enable' : 'Disable'}</button>
        <button type="button" class="danger" @click=${() => this.erase()}>Erase</button>`}` : nothing)}
      ${this.error ? failure(this.error) : nothing}
      <section class="card"><dl class="pairs"><dt>State</dt><dd>${person.disabled ? html`${badge('Disabled', 'bad')} since ${time(person.disabled)}` : person.password || person.issuer ? badge('Active', 'good') : badge('No password yet', 'warn')}</dd>
        <dt>Email</dt><dd>${person.email}</dd><dt>Role</dt><dd>${person.role}</dd><dt>Logs in with</dt><dd>${[person.password ? 'a password' : null, person.issuer].filter(Boolean).join(' and ') || 'a code'}</dd>
        <dt>Since</dt><dd>${time(person.created)}</dd><dt>Id</dt><dd><code>${person.id}</code></dd>
        <dt>Requests</dt><dd><a href="/console/requests?person=${person.id}">Show their requests</a></dd></dl></section>
      <gp-quota class="stack" scope="person" .subject=${person.id} heading="Limits of this person"></gp-quota>`;
  }
}

define('gp-person', PersonView);
