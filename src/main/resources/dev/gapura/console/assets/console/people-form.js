import { html, nothing } from 'lit';
import { currentSession, patch, post } from '../ui/api.js';
import { dialog, field, secret } from '../ui/parts.js';
import { formDialog, textOf } from './form.js';

const ROLES = { owner: 'Owner: everything, everywhere', admin: 'Admin: everything in the organization', member: 'Member: keys and requests of their own', viewer: 'Viewer: sees what their teams do' };

const input = (name, label, value = '', type = 'text') => field({ id: `person-${name}`, label,
  control: html`<input id="person-${name}" name=${name} type=${type} required maxlength="200" autocomplete="off" .value=${value}>` });

const roleField = (selected) => field({ id: 'person-role', label: 'Role', control: html`<select id="person-role" name="role">
  ${Object.entries(ROLES).filter(([role]) => role !== 'owner' || currentSession().person.role === 'owner').map(([role, text]) => html`<option value=${role} ?selected=${role === selected}>${text}</option>`)}</select>` });

const organizationField = (organizations) => (organizations.length < 2 ? nothing : field({ id: 'person-organization', label: 'Organization', control: html`<select id="person-organization" name="organization">
  ${organizations.map((one) => html`<option value=${one.id} ?selected=${one.id === currentSession().person.organization}>${one.name}</option>`)}</select>` }));

const given = (data, ...names) => Object.fromEntries(names.map((name) => [name, textOf(data, name)]).filter(([, value]) => value !== null));

const disabledField = (disabled, text) => html`<div class="check"><input id="one-disabled" name="disabled" type="checkbox" ?checked=${Boolean(disabled)}><label for="one-disabled">${text}</label></div>`;

/** Makes a person. Resolves to the person and a code that logs them in once. */
export const invite = (organizations) => formDialog('Invite a person', { action: 'Invite',
  lead: 'They get a link that logs them in once, within seven days. You hand it over: the gateway sends no mail.',
  fields: () => html`${input('name', 'Name')}${input('email', 'Email', '', 'email')}${roleField('member')}${organizationField(organizations)}`,
  save: (data) => post('/admin/api/people', given(data, 'name', 'email', 'role', 'organization')) });

/** Changes name, address and role of a person. */
export const editPerson = (person) => formDialog(`Edit ${person.name}`, {
  lead: 'Who gets another role is logged out everywhere.',
  fields: () => html`${input('name', 'Name', person.name)}${input('email', 'Email', person.email)}${roleField(person.role)}`,
  save: (data) => patch(`/admin/api/people/${encodeURIComponent(person.id)}`, given(data, 'name', 'email', 'role')) });

/** Shows the link that logs somebody in once. */
export const showCode = (invited, title) => dialog(title, (close) => html`
  <p>Give this link to <strong>${invited.person.email}</strong>. It logs them in once, within seven days, and is not shown again.</p>
  ${secret(`${location.origin}/console#code=${invited.code}`)}
  <div class="row end"><button type="button" class="primary" @click=${() => close(true)}>I have kept it</button></div>`);

/** Asks for the address before somebody is forgotten for good. */
export const confirmErase = (person) => formDialog('Erase this person?', { action: 'Erase person', danger: true,
  lead: html`Name, address, password and logins of <strong>${person.name}</strong> are forgotten, and their keys end. Ids in sums and audit stay. This cannot be undone.`,
  fields: () => input('confirmation', `Type ${person.email} to confirm`),
  save: async (data) => {
    if (data.get('confirmation').trim() !== person.email) throw new Error('This is not the address of the person.');
    return true;
  } });

/** Makes a team. */
export const createTeam = (organizations) => formDialog('Create a team', { action: 'Create team', fields: () => html`${input('name', 'Name')}${organizationField(organizations)}`,
  save: (data) => post('/admin/api/teams', given(data, 'name', 'organization')) });

/** Renames or disables a team. */
export const editTeam = (team) => formDialog(`Edit ${team.name}`, { fields: () => html`${input('name', 'Name', team.name)}${disabledField(team.disabled, 'Disabled: its keys may not call')}`,
  save: (data) => patch(`/admin/api/teams/${encodeURIComponent(team.id)}`, { name: data.get('name'), disabled: data.has('disabled') }) });

/** Makes an organization. */
export const createOrganization = () => formDialog('Create an organization', { action: 'Create organization', fields: () => input('name', 'Name'), save: (data) => post('/admin/api/organizations', given(data, 'name')) });

/** Renames or disables an organization. */
export const editOrganization = (one) => formDialog(`Edit ${one.name}`, { fields: () => html`${input('name', 'Name', one.name)}${disabledField(one.disabled, 'Disabled: nobody of it may call')}`,
  save: (data) => patch(`/admin/api/organizations/${encodeURIComponent(one.id)}`, { name: data.get('name'), disabled: data.has('disabled') }) });
