import { html, nothing } from 'lit';
import { post } from '../ui/api.js';
import { badge, dialog, failure, field } from '../ui/parts.js';
import { bytes, duration } from '../ui/format.js';
import { pretty } from './form.js';
import { toolPath } from './tool-form.js';

const SIMPLE = ['string', 'number', 'integer', 'boolean'];

/** Type of an argument where a control of its own fits it, else null. */
const typeOf = (schema) => (schema?.enum ? 'enum' : SIMPLE.includes(schema?.type) ? schema.type : null);

function control(name, schema, required) {
  const id = `argument-${name}`;
  const type = typeOf(schema);
  const made = type === 'enum' ? html`<select id=${id} name=${name} ?required=${required}>${required ? nothing : html`<option value="">Left out</option>`}${schema.enum.map((one) => html`<option>${one}</option>`)}</select>`
    : type === 'boolean' ? html`<select id=${id} name=${name}>${required ? nothing : html`<option value="">Left out</option>`}<option>true</option><option>false</option></select>`
      : type === 'number' || type === 'integer' ? html`<input id=${id} name=${name} type="number" step=${type === 'integer' ? '1' : 'any'} ?required=${required}>`
        : type === 'string' ? html`<input id=${id} name=${name} autocomplete="off" ?required=${required}>`
          : html`<textarea id=${id} name=${name} class="code" rows="2" placeholder="JSON" ?required=${required}></textarea>`;
  return field({ id, label: required ? name : `${name} (may be left out)`, hint: schema?.description ?? null, control: made });
}

function valueOf(text, schema, name) {
  const type = typeOf(schema);
  if (type === 'string') return text;
  if (type === 'enum') return schema.enum.find((one) => String(one) === text);
  try {
    return JSON.parse(text);
  } catch (wrong) {
    throw new Error(`${name}: this is not JSON. ${wrong.message}`);
  }
}

const tone = (status) => (status === 'ok' ? 'good' : status === 'timeout' || status === 'invalid_arguments' ? 'warn' : 'bad');

const shown = (run) => html`<div class="stack"><div class="row">${badge(run.status, tone(run.status))}<span class="small muted">${duration(run.ms)} · ${bytes(run.bytes)} · ${Number(run.cost_usd) ? `$${run.cost_usd}` : 'no price'}</span></div>
  <pre tabindex="0" aria-label="Result"><code>${run.result}</code></pre></div>`;

/** Runs a tool once with arguments that a form asks for. */
export function testTool(tool) {
  const schemas = Object.entries(tool.parameters?.properties ?? {});
  const required = new Set(tool.parameters?.required ?? []);
  const state = { json: false, run: null, error: null, busy: false, text: '{}' };
  return dialog(`Test ${tool.name}`, (close, update) => {
    const read = (form) => {
      const data = new FormData(form);
      if (state.json) return JSON.parse(data.get('json'));
      return Object.fromEntries(schemas.filter(([name]) => data.get(name)).map(([name, schema]) => [name, valueOf(data.get(name), schema, name)]));
    };
    const send = async (event) => {
      event.preventDefault();
      Object.assign(state, { busy: true, error: null, run: null });
      try {
        const given = read(event.target);
        update();
        state.run = await post(toolPath(tool.name, ':test'), { arguments: given });
      } catch (error) {
        state.error = error;
      }
      state.busy = false;
      update();
    };
    const toggle = (event) => {
      try {
        if (!state.json) state.text = pretty(read(event.target.form));
        state.json = !state.json;
        state.error = null;
      } catch (error) {
        state.error = error;
      }
      update();
    };
    return html`<p class="muted">${tool.description}</p>
      <form class="stack" @submit=${send}>
        ${state.json ? field({ id: 'arguments-json', label: 'Arguments as JSON', control: html`<textarea id="arguments-json" name="json" class="code" rows="6" spellcheck="false" .value=${state.text}></textarea>` })
          : schemas.length ? schemas.map(([name, schema]) => control(name, schema, required.has(name))) : html`<p class="muted small">It takes no arguments.</p>`}
        <div class="row"><button class="primary" ?disabled=${state.busy}>${state.busy ? 'Running …' : 'Run'}</button><button type="button" class="link" @click=${toggle}>${state.json ? 'Show the form' : 'Arguments as JSON'}</button></div>
        <p class="small muted">It runs for real, and stands in the audit and the history.</p>
        <div aria-live="polite">${state.error ? failure(state.error) : state.run ? shown(state.run) : nothing}</div></form>`;
  }, { wide: true });
}
