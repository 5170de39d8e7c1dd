import { html } from 'lit';
import { patch, post } from '../ui/api.js';
import { field, toast } from '../ui/parts.js';
import { formDialog } from './form.js';

/** Path of the keys of a provider, or of one of them. */
export const keysPath = (provider, id = '') => `/admin/api/providers/${encodeURIComponent(provider)}/keys${id ? `/${encodeURIComponent(id)}` : ''}`;

const secretField = html`${field({ id: 'provider-secret', label: 'Key', hint: 'It is sealed in the database and never shown again.',
  control: html`<input id="provider-secret" name="key" type="password" class="code" required autocomplete="off" spellcheck="false" aria-describedby="provider-secret-hint">` })}`;

const nameField = (value) => field({ id: 'provider-key-name', label: 'Name', hint: 'For people, such as “team budget”.',
  control: html`<input id="provider-key-name" name="name" required maxlength="200" autocomplete="off" aria-describedby="provider-key-name-hint" .value=${value}>` });

/** Adds a key of a provider. Resolves to it. */
export async function addKey(provider) {
  const added = await formDialog(`Add a key of ${provider}`, { action: 'Add key', fields: () => html`${nameField('main')}${secretField}`,
    save: (data) => post(keysPath(provider), { name: data.get('name'), key: data.get('key') }) });
  if (added) toast('The key was added. Every gateway uses it within a second.');
  return added;
}

/** Asks which provider, and adds a key of it. */
export async function connectProvider(names) {
  const added = await formDialog('Add a provider’s key', { action: 'Add key',
    lead: 'Known providers can be called with nothing but a key. Others stand in the configuration file with their address.',
    fields: () => html`${field({ id: 'provider-name', label: 'Provider', control: html`<select id="provider-name" name="provider" required autofocus>${names.map((name) => html`<option>${name}</option>`)}</select>` })}
      ${nameField('main')}${secretField}`,
    save: (data) => post(keysPath(data.get('provider')), { name: data.get('name'), key: data.get('key') }) });
  if (added) toast('The key was added. Every gateway uses it within a second.');
  return added;
}

/** Gives a provider's key another secret. */
export async function rotateProviderKey(provider, key) {
  const changed = await formDialog(`Rotate ${key.name}`, { action: 'Rotate', lead: 'Requests under way end with the former key.', fields: () => secretField,
    save: (data) => patch(keysPath(provider, key.id), { key: data.get('key') }) });
  if (changed) toast('The key was rotated.');
  return changed;
}

/** Gives a provider's key another name. */
export const renameProviderKey = (provider, key) => formDialog(`Rename ${key.name}`, { action: 'Rename', fields: () => nameField(key.name),
  save: (data) => patch(keysPath(provider, key.id), { name: data.get('name') }) });
