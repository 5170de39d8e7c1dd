import { html, nothing } from 'lit';
import { currentSession, patch, post } from '../ui/api.js';
import { field } from '../ui/parts.js';
import { date } from '../ui/format.js';
import { leftOut } from './directory.js';
import { formDialog, jsonOf, listOf, pretty, textOf } from './form.js';

const DAY = 86_400_000;
const PRESETS = [['', 'Never'], ['7', 'In 7 days'], ['30', 'In 30 days'], ['90', 'In 90 days'], ['365', 'In a year'], ['date', 'On a date …']];

const lines = (values) => (values ?? []).join(', ');

const list = (name, label, hint, values) => field({ id: `key-${name}`, label, hint,
  control: html`<input id="key-${name}" name=${name} class="code" autocomplete="off" spellcheck="false" aria-describedby="key-${name}-hint" .value=${lines(values)}>` });

const json = (name, label, hint, value) => field({ id: `key-${name}`, label, hint,
  control: html`<textarea id="key-${name}" name=${name} class="code" rows="3" spellcheck="false" aria-describedby="key-${name}-hint" .value=${pretty(value)}></textarea>` });

const choice = (name, label, options, selected, change = null, hint = null) => field({ id: `key-${name}`, label, hint,
  control: html`<select id="key-${name}" name=${name} aria-describedby=${hint ? `key-${name}-hint` : nothing} @change=${change ?? nothing}>${options.map(([value, text]) => html`<option value=${value} ?selected=${value === selected}>${text}</option>`)}</select>` });

/** Controls of what a key may do. */
function policyFields(policy) {
  const more = policy.offer || policy.routes || policy.addresses || policy.bodies || policy.defaults || policy.tags;
  return html`${list('models', 'Models', 'Patterns such as openai/*, parted by commas. Empty: all.', policy.models)}
    ${list('tools', 'Server tools it may use', 'Patterns. Empty: all.', policy.tools)}
    <details ?open=${Boolean(more)}><summary>More: offered tools, routes, addresses, bodies, defaults, tags</summary><div class="stack details">
      ${list('offer', 'Tools the model is given unasked', 'Patterns. Empty: none.', policy.offer)}
      ${list('routes', 'Routes', 'Patterns such as /v1/models*. Empty: all but the administration.', policy.routes)}
      ${list('addresses', 'Addresses it may be used from', 'Addresses and networks, such as 10.0.0.0/8. Empty: all.', policy.addresses)}
      ${choice('bodies', 'Bodies in the history', [['', 'As for everybody'], ['off', 'Keep none'], ['errors', 'Keep those of failed requests'], ['all', 'Keep all']], policy.bodies ?? '')}
      ${json('defaults', 'Defaults', 'Members that requests get which lack them, such as {"temperature": 0.2}.', policy.defaults)}
      ${json('tags', 'Tags', 'Written on every request of the key, such as {"project": "search"}.', policy.tags)}
    </div></details>`;
}

function policyOf(data) {
  const policy = { models: listOf(data, 'models'), tools: listOf(data, 'tools'), offer: listOf(data, 'offer'), routes: listOf(data, 'routes'),
    addresses: listOf(data, 'addresses'), bodies: textOf(data, 'bodies'), defaults: jsonOf(data, 'defaults', 'Defaults'), tags: jsonOf(data, 'tags', 'Tags') };
  return Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== null));
}

/** When a key ends: a choice of spans, or a day. `until` is when it ends now. */
function expiryFields(state, update) {
  const options = state.until ? [['keep', `As it is: ${date(state.until)}`], ...PRESETS] : PRESETS;
  return html`${choice('expires', 'Expires', options, state.expires, (event) => { state.expires = event.target.value; update(); })}
    ${state.expires === 'date' ? field({ id: 'key-day', label: 'Last day', control: html`<input id="key-day" name="day" type="date" required min=${new Date().toISOString().slice(0, 10)}>` }) : nothing}`;
}

function expiryOf(data) {
  const chosen = data.get('expires');
  if (chosen === 'keep') return undefined;
  if (chosen === 'date') return new Date(`${data.get('day')}T23:59:59`).getTime();
  return chosen ? Date.now() + Number(chosen) * DAY : null;
}

const nameField = (value) => field({ id: 'key-name', label: 'Name', control: html`<input id="key-name" name="name" required maxlength="200" autofocus autocomplete="off" .value=${value}>` });

/** Asks for everything of a new key and makes it. Resolves to the key and its secret. */
export function createKey(directory) {
  const person = currentSession().person;
  const chooses = person.role !== 'member';
  const state = { expires: '90' };
  const teams = directory.teams.filter((team) => !team.disabled).map((team) => [team.id, team.name]);
  const people = directory.people.filter((one) => !one.disabled).map((one) => [one.id, `${one.name} (${one.email})`]);
  const organizations = directory.organizations.filter((one) => !one.disabled).map((one) => [one.id, one.name]);
  return formDialog('Create a key', {
    action: 'Create key',
    fields: (update) => html`${nameField('')}
      <div class="fields">${chooses && organizations.length > 1 ? choice('organization', 'Organization', organizations, person.organization) : nothing}
        ${teams.length ? choice('team', 'Team', [['', 'None'], ...teams], '') : nothing}
        ${chooses ? choice('person', 'Person', [['', 'Nobody'], ...people], '', null, leftOut(directory.cut)) : nothing}
        ${expiryFields(state, update)}</div>
      ${policyFields({})}`,
    save: (data) => post('/admin/api/keys', Object.fromEntries(Object.entries({
      name: data.get('name'), organization: textOf(data, 'organization'), team: textOf(data, 'team'), person: textOf(data, 'person'),
      expires: expiryOf(data), policy: policyOf(data) }).filter(([, value]) => value !== null))),
  });
}

/** Changes name, end and policy of a key. */
export function editKey(key) {
  const state = { until: key.expires, expires: key.expires ? 'keep' : '' };
  return formDialog('Edit the key', {
    fields: (update) => html`<div class="fields">${nameField(key.name)}${expiryFields(state, update)}</div>${policyFields(key.policy)}`,
    save: (data) => patch(`/admin/api/keys/${encodeURIComponent(key.id)}`, { name: data.get('name'), policy: policyOf(data), expires: expiryOf(data) }),
  });
}

/** Gives a key a new secret. Resolves to the key and its secret. */
export const rotateKey = (key) => formDialog('Rotate the key', {
  action: 'Rotate',
  lead: html`<strong>${key.name}</strong> gets a new secret. Its id, limits and history stay.`,
  fields: () => choice('overlap', 'The former secret works on for', [['0', 'No time: it ends now'], ['3600', 'An hour'], ['86400', 'A day'], ['604800', 'A week'], ['2592000', '30 days']], '3600'),
  save: (data) => post(`/admin/api/keys/${encodeURIComponent(key.id)}:rotate`, { overlap_seconds: Number(data.get('overlap')) }),
});
