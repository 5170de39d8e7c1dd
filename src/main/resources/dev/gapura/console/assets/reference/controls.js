import { html, nothing, render } from 'lit';
import { live } from 'lit/directives/live.js';
import { knownModels, loadModels, watchModels } from './model-list.js';
import { idle } from './page.js';
import { requestState } from './state.js';
import './json-field.js';
import './messages.js';
import './tools.js';

const HEADER = 'header.';

/** Rows that can be in view when the page opens, and some more. */
const FIRST = 12;
const state = requestState();
let schema = null;

/**
 * Puts a control beside every parameter of the document, made of the schema that the page carries from `/openapi.json`:
 * beside the first of them at once, beside the others by what it returns, in moments at which the browser is idle. Whoever
 * comes for a certain place of the page gets all at once, since the place must not move away.
 */
export function showControls() {
  const form = JSON.parse(document.getElementById('chat-form').textContent);
  schema = form.body;
  const rows = [...document.querySelectorAll('[data-path]')];
  const controls = [];
  const put = (row) => {
    const one = control(row, form.headers);
    if (!one) return;
    controls.push(one);
    one();
  };
  const first = document.getElementById(decoded(location.hash.slice(1))) ? rows.length : FIRST;
  rows.slice(0, first).forEach(put);
  const show = () => controls.forEach((one) => one());
  state.subscribe(show);
  watchModels(show);
  return async () => {
    let moment = null;
    for (const row of rows.slice(first)) {
      if (!(moment?.timeRemaining() > 3)) moment = await idle();
      put(row);
    }
  };
}

function decoded(fragment) {
  try { return decodeURIComponent(fragment); } catch { return fragment; }
}

/** Gives a function that brings one control up to date. */
function control(row, headers) {
  const path = row.dataset.path;
  const place = row.querySelector(':scope > .param-control');
  const name = path.startsWith(HEADER) ? path.slice(HEADER.length) : null;
  if (name === 'Authorization') return null;
  const inner = row.querySelector(':scope > .param-inside [data-path]');
  const kind = name ? headers[name] : schemaAt(path);
  if (!kind) return null;
  const read = name ? () => state.headers[name.toLowerCase()] : () => valueAt(path);
  const write = name ? (value) => state.setHeader(name.toLowerCase(), value) : (value) => setAt(path, value);
  const label = name ?? path;
  // An object whose members have controls of their own needs none.
  const choose = inner ? () => nothing : pick(path, kind, label, write);
  if (choose.wide) row.classList.add('wide');
  let shown = {};
  return () => {
    const value = read();
    const taken = name || takes(path);
    if (shown.value === value && shown.taken === taken && !choose.always) return;
    shown = { value, taken };
    row.classList.toggle('is-set', value !== undefined);
    if (value !== undefined) for (let fold = row.parentElement.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    const filled = value !== undefined && !choose.required;
    place.hidden = Boolean(inner) && !filled;
    render(html`${choose(value)}${taken ? nothing : html`<p class="hint small">${state.body.model} does not take this.</p>`}
      ${filled ? html`<button type="button" class="link small" aria-label="Leave out ${label}" @click=${() => write(undefined)}>Leave out</button>` : nothing}`, place);
  };
}

function schemaAt(path) {
  let at = schema;
  for (const name of path.split('.')) at = at?.properties?.[name] ?? at?.anyOf?.find((one) => one.properties?.[name])?.properties[name];
  return at ?? null;
}

function valueAt(path) {
  return path.split('.').reduce((at, name) => (at !== null && typeof at === 'object' ? at[name] : undefined), state.body);
}

/** Sets a value inside of objects that are made on the way, and vanish when they are empty. */
function setAt(path, value) {
  const put = (object, [name, ...rest]) => {
    const next = { ...(object !== null && typeof object === 'object' && !Array.isArray(object) ? object : {}) };
    const inner = rest.length ? put(next[name], rest) : value;
    if (inner === undefined || (rest.length && Object.keys(inner).length === 0)) delete next[name]; else next[name] = inner;
    return next;
  };
  const body = put(state.body, path.split('.'));
  // They are refused without a stream.
  if (path === 'stream' && value !== true) delete body.stream_options;
  state.replace(body);
}

/** Whether the chosen model takes the field, as far as that is known. */
function takes(path) {
  const model = knownModels().find((one) => one.id === state.body.model);
  return !model?.supported_parameters || model.supported_parameters.includes(path.split('.')[0]);
}

const types = (kind) => [kind.type ?? []].flat();

/** The template of a control by what the schema says. */
function pick(path, kind, label, write) {
  if (path === 'model') return modelPicker(write);
  if (path === 'messages') return wide((value) => html`<gp-messages .value=${value} .change=${write}></gp-messages>`);
  if (path === 'tools') return wide((value) => html`<gp-tools .value=${value} .change=${write}></gp-tools>`);
  if (kind.enum) return select(kind.enum, label, kind, write);
  if (types(kind).includes('boolean')) return select([true, false], label, kind, write);
  if (types(kind).includes('number') || types(kind).includes('integer')) return number(kind, label, write);
  if (types(kind).includes('string') && !kind.anyOf) return text(kind, label, write);
  const words = kind.anyOf?.some((one) => types(one).includes('string'));
  const starts = starters(kind);
  return (value) => html`${starts.length ? html`<select aria-label="Start ${label} with" @change=${(event) => { write(starts[event.target.selectedIndex - 1].value); event.target.selectedIndex = 0; }}>
    <option value="">Start with …</option>${starts.map((one) => html`<option>${one.name}</option>`)}</select>` : nothing}<gp-json .value=${value} .change=${write} .label=${`${label}, as JSON`} .words=${Boolean(words)} .rows=${value === undefined ? 1 : 3}></gp-json>`;
}

/** Values to start with: the words that the schema lists, and its kinds of objects with what they must have. */
function starters(kind) {
  const found = (kind.enum ?? kind.examples ?? []).map((word) => ({ name: word, value: word }));
  const tag = Object.entries(kind.properties ?? {}).find(([, one]) => one.const !== undefined);
  if (tag) found.push({ name: tag[1].const, value: skeleton(kind) });
  for (const one of [...(kind.anyOf ?? []), ...(kind.oneOf ?? [])]) found.push(...starters(one));
  return found;
}

function skeleton(kind) {
  if (kind.const !== undefined) return kind.const;
  if (types(kind).includes('object')) return Object.fromEntries((kind.required ?? []).map((name) => [name, skeleton(kind.properties[name])]));
  if (types(kind).includes('array')) return [];
  return types(kind).includes('string') ? 'NAME' : null;
}

const wide = (template) => Object.assign(template, { wide: true, required: true });

const select = (values, label, kind, write) => (value) => html`<select aria-label=${label} @change=${(event) => write(event.target.value === '' ? undefined : values[event.target.selectedIndex - 1])}>
  <option value="" .selected=${value === undefined}>${kind.default === undefined ? 'not set' : `not set (${kind.default})`}</option>
  ${values.map((one) => html`<option value=${String(one)} .selected=${value === one}>${one}</option>`)}</select>`;

/** What is out of its limits is told and still sent: the gateway decides. */
const number = (kind, label, write) => (value) => {
  const out = typeof value === 'number' && ((kind.minimum !== undefined && value < kind.minimum) || (kind.maximum !== undefined && value > kind.maximum)
    || (types(kind).includes('integer') && !Number.isInteger(value)));
  return html`<input type="number" step=${types(kind).includes('integer') ? 1 : 'any'} min=${kind.minimum ?? nothing} max=${kind.maximum ?? nothing}
    aria-label=${label} aria-invalid=${out ? 'true' : nothing} placeholder=${kind.default ?? ''} .value=${live(value === undefined ? '' : String(value))}
    @input=${(event) => { if (!event.target.validity.badInput) write(event.target.value === '' ? undefined : Number(event.target.value)); }}>
    ${out ? html`<p class="error small">Outside of its limits: the gateway will refuse it.</p>` : nothing}`;
};

const text = (kind, label, write) => {
  const list = kind.examples ? `list-${label}` : nothing;
  return (value) => html`<input type="text" autocomplete="off" spellcheck="false" aria-label=${label} list=${list} placeholder=${kind.default ?? ''}
    .value=${live(value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))} @input=${(event) => write(event.target.value === '' ? undefined : event.target.value)}>
    ${kind.examples ? html`<datalist id=${list}>${kind.examples.map((one) => html`<option value=${one}></option>`)}</datalist>` : nothing}`;
};

const modelPicker = (write) => Object.assign((value) => html`<input type="text" autocomplete="off" spellcheck="false" aria-label="model" list="models-known" placeholder="provider/model"
  .value=${live(value ?? '')} @input=${(event) => write(event.target.value)} @focus=${() => loadModels().catch(() => { /* told below the page */ })}>
  <datalist id="models-known">${knownModels().filter((one) => !one.id.endsWith('/*')).map((one) => html`<option value=${one.id}></option>`)}</datalist>`, { required: true, always: true });
