import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get, put, remove } from '../ui/api.js';
import { badge, empty, failure, field, head, loading } from '../ui/parts.js';
import { Directory, leftOut } from './directory.js';
import { formDialog } from './form.js';
import { editTeam } from './people-form.js';
import './quota.js';

/** One team: its members, who of them administers it, and its limits. */
class TeamView extends Plain {
  static properties = { team: {}, row: { state: true }, members: { state: true }, everybody: { state: true }, error: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  get path() {
    return `/admin/api/teams/${encodeURIComponent(this.team)}`;
  }

  get changes() {
    return ['owner', 'admin'].includes(currentSession()?.person.role);
  }

  read() {
    return this.attempt(async () => {
      const [teams, members, everybody] = await Promise.all([get('/admin/api/teams'), get(`${this.path}/members`), this.changes ? Directory.everybody() : null]);
      this.row = teams.data.find((one) => one.id === this.team) ?? { name: this.team };
      this.members = members.data;
      this.everybody = everybody;
    });
  }

  after(change) {
    return this.attempt(async () => { if (await change) await this.read(); });
  }

  member(person, admin) {
    return put(`${this.path}/members/${encodeURIComponent(person)}`, { admin });
  }

  add() {
    const { people, cut } = this.everybody;
    const left = leftOut(cut);
    const others = people.filter((one) => one.organization === this.row.organization && !one.disabled && !this.members.some((member) => member.person.id === one.id));
    return this.after(formDialog('Add a member', { action: 'Add member',
      fields: () => html`${field({ id: 'member-person', label: 'Person', hint: left, control: html`<select id="member-person" name="person" required autofocus aria-describedby=${left ? 'member-person-hint' : nothing}>${others.map((one) => html`<option value=${one.id}>${one.name} (${one.email})</option>`)}</select>` })}
        <div class="check"><input id="member-admin" name="admin" type="checkbox"><label for="member-admin">Administers the team and its keys</label></div>`,
      save: async (data) => (await this.member(data.get('person'), data.has('admin'))) ?? true }));
  }

  render() {
    const all = html`<a href="/console/people?tab=teams">All teams</a>`;
    if (!this.row) return html`${head('Team', all)}${this.error ? failure(this.error, () => this.read()) : loading()}`;
    return html`${head(this.row.name, all, this.changes ? html`<button type="button" @click=${() => this.after(editTeam(this.row))}>Edit</button><button type="button" class="primary" @click=${() => this.add()}>Add member</button>` : nothing)}
      ${this.error ? failure(this.error) : nothing}
      <p class="row">${this.row.disabled ? badge('Disabled', 'bad') : nothing}<a href="/console/requests?team=${this.team}">Show its requests</a></p>
      <section class="stack"><h2>Members</h2>${this.members.length ? this.table() : empty('Nobody is in this team', 'Members see its keys and requests.')}</section>
      <gp-quota class="stack" scope="team" .subject=${this.team} heading="Limits of this team"></gp-quota>`;
  }

  table() {
    return html`<div class="table" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">Address</th><th scope="col">In the team</th>${this.changes ? html`<th scope="col"><span class="unseen">Actions</span></th>` : nothing}</tr></thead>
      <tbody>${this.members.map(({ person, admin }) => html`<tr><td><a class="clip" title=${person.name} href="/console/people?person=${person.id}">${person.name}</a></td><td><span class="clip" title=${person.email}>${person.email}</span></td>
        <td>${admin ? badge('Administers it', 'info') : 'Member'}</td>${this.changes ? html`<td><div class="row end tight"><button type="button" aria-label="${admin ? 'Make a plain member of' : 'Let administer'} ${person.name}" @click=${() => this.after(this.member(person.id, !admin).then(() => true))}>${admin ? 'Make plain member' : 'Let administer'}</button>
          <button type="button" class="danger" aria-label="Remove ${person.name}" @click=${() => this.after(remove(`${this.path}/members/${encodeURIComponent(person.id)}`).then(() => true))}>Remove</button></div></td>` : nothing}</tr>`)}</tbody></table></div>`;
  }
}

define('gp-team', TeamView);
