import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get } from '../ui/api.js';
import { badge, empty, failure, field, head, loading } from '../ui/parts.js';
import { date } from '../ui/format.js';
import { createOrganization, createTeam, editOrganization, invite, showCode } from './people-form.js';
import './person.js';
import './team.js';

const PAGE = 100;
const TABS = { people: 'People', teams: 'Teams', organizations: 'Organizations' };

/** What somebody is who cannot log in, or has not yet; as a badge. */
const personState = (person) => (person.disabled ? badge('Disabled', 'bad') : person.password || person.issuer ? badge('Active', 'good') : badge('No password yet', 'warn'));

/** People, teams and organizations; `?person=` and `?team=` open one. */
class People extends Plain {
  static properties = { tab: { state: true }, people: { state: true }, next: { state: true }, teams: { state: true }, organizations: { state: true }, error: { state: true }, text: { state: true } };

  constructor() {
    super();
    this.text = '';
    const query = new URLSearchParams(location.search);
    this.person = query.get('person');
    this.team = query.get('team');
    this.tab = query.get('tab') in TABS ? query.get('tab') : 'people';
  }

  connectedCallback() {
    super.connectedCallback();
    if (!this.person && !this.team) this.read();
  }

  async read(cursor = null) {
    this.error = null;
    try {
      const [people, teams, organizations] = await Promise.all([get('/admin/api/people', { limit: PAGE, cursor }), get('/admin/api/teams'), get('/admin/api/organizations')]);
      this.people = cursor ? [...this.people, ...people.data] : people.data;
      this.next = people.next;
      this.teams = teams.data;
      this.organizations = organizations.data;
    } catch (error) {
      this.error = error;
    }
  }

  get myRole() {
    return currentSession()?.person.role;
  }

  async invite() {
    const invited = await invite(this.organizations);
    if (!invited) return;
    await showCode(invited, `${invited.person.name} was invited`);
    this.read();
  }

  async after(change) {
    if (await change) this.read();
  }

  choose(tab) {
    this.tab = tab;
    history.replaceState(null, '', `/console/people?tab=${tab}`);
  }

  render() {
    if (this.person) return html`<gp-person class="stack" .person=${this.person}></gp-person>`;
    if (this.team) return html`<gp-team class="stack" .team=${this.team}></gp-team>`;
    const changes = ['owner', 'admin'].includes(this.myRole);
    const action = { people: changes ? ['Invite a person', () => this.invite()] : null, teams: changes ? ['Create team', () => this.after(createTeam(this.organizations))] : null,
      organizations: this.myRole === 'owner' ? ['Create organization', () => this.after(createOrganization())] : null }[this.tab];
    return html`${head('Teams and people', 'Who may log in, what they may do, and which teams they are in.',
      action ? html`<button type="button" class="primary" ?disabled=${!this.people} @click=${action[1]}>${action[0]}</button>` : nothing)}
      <div class="tabs" role="tablist" aria-label="What to show">${Object.entries(TABS).map(([tab, text]) => html`<button type="button" role="tab" id="tab-${tab}" aria-selected=${tab === this.tab} aria-controls="people-panel" @click=${() => this.choose(tab)}>${text}</button>`)}</div>
      <div id="people-panel" class="stack" role="tabpanel" aria-labelledby="tab-${this.tab}">
      ${this.error ? failure(this.error, () => this.read()) : !this.people ? loading() : this[this.tab === 'people' ? 'everybody' : this.tab === 'teams' ? 'allTeams' : 'allOrganizations']()}</div>`;
  }

  organization(id) {
    return this.organizations.find((one) => one.id === id)?.name ?? id;
  }

  everybody() {
    const words = this.text.trim().toLowerCase();
    const shown = words ? this.people.filter((one) => `${one.name} ${one.email} ${one.role}`.toLowerCase().includes(words)) : this.people;
    const several = this.organizations.length > 1;
    return html`<div class="filters">${field({ id: 'people-text', label: 'Find', control: html`<input id="people-text" type="search" placeholder="Name, address, role" .value=${this.text} @input=${(event) => { this.text = event.target.value; }}>` })}</div>
      ${shown.length ? html`<div class="table narrow" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">Address</th><th scope="col">Role</th><th scope="col">State</th>${several ? html`<th scope="col">Organization</th>` : nothing}<th scope="col">Since</th></tr></thead>
      <tbody>${shown.map((one) => html`<tr><td><a class="clip" title=${one.name} href="/console/people?person=${one.id}">${one.name}</a></td><td><span class="clip" title=${one.email}>${one.email}</span></td>
        <td>${one.role}</td><td>${personState(one)}</td>${several ? html`<td><span class="clip">${this.organization(one.organization)}</span></td>` : nothing}<td class="nowrap">${date(one.created)}</td></tr>`)}</tbody></table></div>`
        : empty('Nobody matches', 'Change what you look for.')}
      ${this.next ? html`<div class="row"><button type="button" @click=${() => this.read(this.next)}>Load more</button><span class="muted small">${this.people.length} people so far</span></div>` : nothing}`;
  }

  allTeams() {
    if (!this.teams.length) return empty('No teams yet', 'A team has keys and budgets of its own, and people who see them.');
    return html`<div class="table" tabindex="0"><table><thead><tr><th scope="col">Team</th><th scope="col">Organization</th><th scope="col">State</th><th scope="col">Since</th></tr></thead>
      <tbody>${this.teams.map((one) => html`<tr><td><a class="clip" title=${one.name} href="/console/people?team=${one.id}">${one.name}</a></td><td>${this.organization(one.organization)}</td>
        <td>${one.disabled ? badge('Disabled', 'bad') : badge('Active', 'good')}</td><td class="nowrap">${date(one.created)}</td></tr>`)}</tbody></table></div>`;
  }

  allOrganizations() {
    return html`<div class="table" tabindex="0"><table><thead><tr><th scope="col">Organization</th><th scope="col">State</th><th scope="col">Since</th>${this.myRole === 'owner' ? html`<th scope="col"><span class="unseen">Actions</span></th>` : nothing}</tr></thead>
      <tbody>${this.organizations.map((one) => html`<tr><td><span class="clip" title=${one.name}>${one.name}</span></td><td>${one.disabled ? badge('Disabled', 'bad') : badge('Active', 'good')}</td><td class="nowrap">${date(one.created)}</td>
        ${this.myRole === 'owner' ? html`<td><div class="row end"><button type="button" aria-label="Edit ${one.name}" @click=${() => this.after(editOrganization(one))}>Edit</button></div></td>` : nothing}</tr>`)}</tbody></table></div>`;
  }
}

define('gp-people', People);
