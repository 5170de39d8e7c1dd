import { html, nothing } from 'lit';
import { patch, post } from '../ui/api.js';
import { field } from '../ui/parts.js';
import { formDialog, listOf, pretty, textOf } from './form.js';

/** Path of an entry, or of what is done with it. */
export const toolPath = (name, verb = '') => `/admin/api/tools/${encodeURIComponent(name)}${verb}`;

const KINDS = { http: 'An HTTP request', openapi: 'An OpenAPI document', mcp: 'An MCP server', builtin: 'Built in' };
const BUILTINS = ['current_time', 'calculator', 'web_fetch'];

/** Members of each kind: text, list, JSON, choice or number. */
const MEMBERS = {
  http: [['method', 'Method', ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']], ['url', 'Address', 'text', '{name} in path and query is an argument.'], ['headers', 'Headers', 'json', 'An object; values are never shown again.'],
    ['parameters', 'Arguments', 'json', 'JSON Schema of the arguments.'], ['body', 'Body', 'json', 'JSON in which "{name}" is the argument. Empty: the other arguments.'], ['result', 'Part of the answer', 'text', 'A JSON Pointer such as /data. Empty: all of it.']],
  openapi: [['url', 'Address of the document', 'text', 'OpenAPI 3.0 or 3.1, JSON or YAML.'], ['operations', 'Operations', 'list', 'Patterns such as get*, parted by commas. Empty: all.'], ['base_url', 'Base address', 'text', 'Empty: the document’s server.'], ['headers', 'Headers', 'json', 'An object; values are never shown again.']],
  mcp: [['url', 'Address', 'text', 'Of a server that speaks streamable HTTP.'], ['headers', 'Headers', 'json', 'An object; values are never shown again.'], ['allow', 'Tools', 'list', 'Patterns, parted by commas. Empty: all.']],
  builtin: [['name', 'Tool', BUILTINS]],
};
const COMMON = [['description', 'Description', 'text', 'What the model reads. Empty: its own, which http has not.'], ['timeout', 'Time limit', 'text', 'Such as 10s.'], ['price_usd', 'Price of a run', 'number', 'US dollars; part of the cost of an answer.'], ['keys', 'Keys that may use it', 'list', 'Names, * for any run of characters. Empty: all.']];

function control([name, label, kind, hint = null], entry) {
  const id = `tool-${name}`;
  const value = entry[name];
  const described = hint ? `${id}-hint` : nothing;
  const made = Array.isArray(kind) ? html`<select id=${id} name=${name}>${kind.map((one) => html`<option ?selected=${one === value}>${one}</option>`)}</select>`
    : kind === 'json' ? html`<textarea id=${id} name=${name} class="code" rows="3" spellcheck="false" aria-describedby=${described} .value=${pretty(value)}></textarea>`
      : html`<input id=${id} name=${name} autocomplete="off" spellcheck="false" type=${kind === 'number' ? 'number' : 'text'} step="any" min="0" ?required=${name === 'url'} aria-describedby=${described} .value=${String(Array.isArray(value) ? value.join(', ') : value ?? '')}>`;
  return field({ id, label, hint, control: made });
}

/** The entry that the controls say; members that are empty are absent. */
function entryOf(data, kind) {
  const entry = { kind };
  for (const [name, label, type] of [...MEMBERS[kind], ...COMMON]) {
    const text = textOf(data, name);
    if (text === null) continue;
    if (type === 'json') {
      try { entry[name] = JSON.parse(text); } catch (wrong) { throw new Error(`${label}: this is not JSON. ${wrong.message}`); }
    } else {
      entry[name] = type === 'list' ? listOf(data, name) : type === 'number' ? Number(text) : text;
    }
  }
  return entry;
}

const jsonEntry = (data) => {
  try { return JSON.parse(data.get('json')); } catch (wrong) { throw new Error(`Entry: this is not JSON. ${wrong.message}`); }
};

/** Members of a kind that no control of the form shows, kept as they are. */
function kept(entry, kind) {
  const shown = new Set(['kind', ...[...MEMBERS[kind], ...COMMON].map(([name]) => name)]);
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !shown.has(name)));
}

function entryForm(title, action, name, entry, save) {
  const state = { kind: entry.kind ?? 'http', json: false, entry, wrong: null };
  const read = (form) => {
    const data = new FormData(form);
    return state.json ? jsonEntry(data) : { ...kept(state.entry, state.kind), ...entryOf(data, state.kind) };
  };
  return formDialog(title, { action, wide: true,
    lead: 'What reaches into the machine (programs, files, plug-ins) stands in the configuration file only. Private addresses are reached where egress allows them.',
    fields: (update) => {
      const view = (event) => {
        try {
          state.entry = read(event.target.form);
          state.kind = state.entry.kind in MEMBERS ? state.entry.kind : 'http';
          state.json = !state.json;
          state.wrong = null;
        } catch (wrong) {
          state.wrong = wrong.message;
        }
        update();
      };
      return html`<div class="fields">${name === null ? field({ id: 'tool-entry-name', label: 'Name', hint: 'Letters, digits, - and _.', control: html`<input id="tool-entry-name" name="entry_name" required autofocus autocomplete="off" spellcheck="false" aria-describedby="tool-entry-name-hint">` }) : nothing}
        ${state.json ? nothing : field({ id: 'tool-kind', label: 'Kind', control: html`<select id="tool-kind" name="kind" ?disabled=${name !== null} @change=${(event) => { state.kind = event.target.value; update(); }}>${Object.entries(KINDS).map(([kind, text]) => html`<option value=${kind} ?selected=${kind === state.kind}>${text}</option>`)}</select>` })}</div>
        ${state.json ? field({ id: 'tool-json', label: 'Entry as JSON', control: html`<textarea id="tool-json" name="json" class="code" rows="16" spellcheck="false" .value=${pretty(state.entry)}></textarea>` })
          : html`<div class="fields">${MEMBERS[state.kind].map((member) => control(member, state.entry))}${COMMON.map((member) => control(member, state.entry))}</div>`}
        ${state.wrong ? html`<p class="note bad" role="alert">${state.wrong}</p>` : nothing}
        <div><button type="button" class="link" @click=${view}>${state.json ? 'Show the form' : 'Show as JSON'}</button></div>`;
    },
    save: (data, form) => save(data, read(form)) });
}

/** Registers an entry. Resolves to it. */
export const registerTool = () => entryForm('Register a tool', 'Register', null, {}, (data, entry) => post('/admin/api/tools', { name: data.get('entry_name'), entry }));

/** Changes a registered entry: what is no longer there is taken out, `***` leaves a secret. */
export const editTool = (row) => entryForm(`Edit ${row.name}`, 'Save', row.name, row.entry, (data, entry) => patch(toolPath(row.name),
  { entry: { ...Object.fromEntries(Object.keys(row.entry).filter((member) => !(member in entry)).map((member) => [member, null])), ...entry } }));
