import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get } from '../ui/api.js';
import { badge, empty, failure, field, head, loading } from '../ui/parts.js';
import { date } from '../ui/format.js';
import { Paged, counted, later, turning } from './paged.js';
import { createOrganization, createTeam, editOrganization, invite, showCode } from './people-form.js';
import './person.js';
import './team.js';

const TABS = { people: 'People', teams: 'Teams', organizations: 'Organizations' };
const ROLES = ['owner', 'admin', 'member', 'viewer'];
const PAGE = 100;

/** What somebody is who cannot log in, or has not yet; as a badge. */
const personState = (person) => (person.disabled ? badge('Disabled', 'bad') : person.password || person.issuer ? badge('Active', 'good') : badge('No password yet', 'warn'));

/** People, teams and organizations; `?person=` and `?team=` open one. */
class People extends Plain {
  static properties = { tab: { state: true }, teams: { state: true }, teamsPage: { state: true }, organizations: { state: true }, error: { state: true } };

  constructor() {
    super();
    this.people = new Paged('/admin/api/people');
    this.text = '';
    this.role = '';
    this.teamText = '';
    this.teamsPage = 0;
    this.searchPeople = later(() => this.show(() => this.ask()));
    this.searchTeams = later(() => this.show(() => this.askTeams()));
    const query = new URLSearchParams(location.search);
    this.person = query.get('person');
    this.team = query.get('team');
    this.tab = query.get('tab') in TABS ? query.get('tab') : 'people';
  }

  connectedCallback() {
    super.connectedCallback();
    if (!this.person && !this.team) this.read();
  }

  read() {
    return this.show(async () => {
      const [organizations] = await Promise.all([get('/admin/api/organizations'), this.ask(), this.askTeams()]);
      this.organizations = organizations.data;
    });
  }

  ask() {
    return this.people.ask({ search: this.text.trim() || null, role: this.role || null });
  }

  async askTeams() {
    const search = this.teamText.trim();
    const { data } = await get('/admin/api/teams', { search: search || null });
    if (search !== this.teamText.trim()) return;
    this.teams = data;
    this.teamsFor = search;
    this.teamsPage = 0;
  }

  show(asking) {
    return this.attempt(async () => {
      await asking();
      this.requestUpdate();
    });
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
      action ? html`<button type="button" class="primary" ?disabled=${!this.organizations} @click=${action[1]}>${action[0]}</button>` : nothing)}
      <div class="tabs" role="tablist" aria-label="What to show">${Object.entries(TABS).map(([tab, text]) => html`<button type="button" role="tab" id="tab-${tab}" aria-selected=${tab === this.tab} aria-controls="people-panel" @click=${() => this.choose(tab)}>${text}</button>`)}</div>
      <div id="people-panel" class="stack" role="tabpanel" aria-labelledby="tab-${this.tab}">
      ${this.error ? failure(this.error, () => this.read()) : !this.organizations ? loading() : this[this.tab === 'people' ? 'everybody' : this.tab === 'teams' ? 'allTeams' : 'allOrganizations']()}</div>`;
  }

  organization(id) {
    return this.organizations.find((one) => one.id === id)?.name ?? id;
  }

  everybody() {
    const { rows, query } = this.people;
    const several = this.organizations.length > 1;
    return html`<div class="filters">${field({ id: 'people-text', label: 'Find', control: html`<input id="people-text" type="search" placeholder="Name or address" .value=${this.text} @input=${(event) => { this.text = event.target.value; this.searchPeople(); }}>` })}
        ${field({ id: 'people-role', label: 'Role', control: html`<select id="people-role" @change=${(event) => { this.role = event.target.value; this.show(() => this.ask()); }}><option value="">Any</option>${ROLES.map((role) => html`<option ?selected=${role === this.role}>${role}</option>`)}</select>` })}
        <p class="muted small" role="status">${counted(this.people, 'person', 'people')}</p></div>
      ${rows.length ? html`<div class="table narrow" tabindex="0"><table><thead><tr><th scope="col">Name</th><th scope="col">Address</th><th scope="col">Role</th><th scope="col">State</th>${several ? html`<th scope="col">Organization</th>` : nothing}<th scope="col">Since</th></tr></thead>
      <tbody>${rows.map((one) => html`<tr><td><a class="clip" title=${one.name} href="/console/people?person=${one.id}">${one.name}</a></td><td><span class="clip" title=${one.email}>${one.email}</span></td>
        <td>${one.role}</td><td>${personState(one)}</td>${several ? html`<td><span class="clip">${this.organization(one.organization)}</span></td>` : nothing}<td class="nowrap">${date(one.created)}</td></tr>`)}</tbody></table></div>`
        : query.search ? empty(`Nothing found for “${query.search}”`, 'Names and addresses are searched.') : empty('Nobody matches', 'Choose another role.')}
      ${turning(this.people, (asking) => this.show(asking))}`;
  }

  allTeams() {
    const { teams } = this;
    if (!teams.length && !this.teamsFor && !this.teamText) return empty('No teams yet', 'A team has keys and budgets of its own, and people who see them.');
    const first = this.teamsPage * PAGE;
    const rows = teams.slice(first, first + PAGE);
    return html`<div class="filters">${field({ id: 'teams-text', label: 'Find', control: html`<input id="teams-text" type="search" placeholder="Name" .value=${this.teamText} @input=${(event) => { this.teamText = event.target.value; this.searchTeams(); }}>` })}
        <p class="muted small" role="status">${teams.length > PAGE ? `Teams ${first + 1} to ${first + rows.length} of ${teams.length}` : `${teams.length} ${teams.length === 1 ? 'team' : 'teams'}`}</p></div>
      ${rows.length ? html`<div class="table roomy" tabindex="0"><table><thead><tr><th scope="col">Team</th><th scope="col">Organization</th><th scope="col">State</th><th scope="col">Since</th></tr></thead>
      <tbody>${rows.map((one) => html`<tr><td><a class="clip" title=${one.name} href="/console/people?team=${one.id}">${one.name}</a></td><td><span class="clip">${this.organization(one.organization)}</span></td>
        <td>${one.disabled ? badge('Disabled', 'bad') : badge('Active', 'good')}</td><td class="nowrap">${date(one.created)}</td></tr>`)}</tbody></table></div>` : empty(`Nothing found for “${this.teamsFor}”`, 'Names are searched.')}
      ${teams.length > PAGE ? html`<nav class="row" aria-label="Pages"><button type="button" ?disabled=${!this.teamsPage} @click=${() => { this.teamsPage--; }}>Previous</button>
        <button type="button" ?disabled=${first + PAGE >= teams.length} @click=${() => { this.teamsPage++; }}>Next</button></nav>` : nothing}`;
  }

  allOrganizations() {
    return html`<div class="table roomy" tabindex="0"><table><thead><tr><th scope="col">Organization</th><th scope="col">State</th><th scope="col">Since</th>${this.myRole === 'owner' ? html`<th scope="col"><span class="unseen">Actions</span></th>` : nothing}</tr></thead>
      <tbody>${this.organizations.map((one) => html`<tr><td><span class="clip" title=${one.name}>${one.name}</span></td><td>${one.disabled ? badge('Disabled', 'bad') : badge('Active', 'good')}</td><td class="nowrap">${date(one.created)}</td>
        ${this.myRole === 'owner' ? html`<td><div class="row end"><button type="button" aria-label="Edit ${one.name}" @click=${() => this.after(editOrganization(one))}>Edit</button></div></td>` : nothing}</tr>`)}</tbody></table></div>`;
  }
}

define('gp-people', People);
