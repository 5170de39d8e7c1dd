import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Plain, define } from '../ui/plain.js';
import { currentSession, get } from '../ui/api.js';
import { empty, failure, freshId, head } from '../ui/parts.js';
import { problems, requestOf } from './playground-prompt.js';
import './playground-column.js';

const MOST = 4;
const KEPT = 'gapura-playground';
const LEAD = 'Ask up to four models the same thing, and compare what they say, how fast, and for how much.';

/** The same prompt for up to four models, side by side. What is written outlives a reload of the page. */
class Playground extends Plain {
  static properties = { prompt: {}, columns: {}, models: {}, error: {}, keyless: { type: Boolean }, wrong: {}, serverTools: {} };

  constructor() {
    super();
    const kept = read();
    this.prompt = kept?.prompt ?? { system: '', user: '' };
    this.columns = (kept?.models ?? []).slice(0, MOST).map((model) => ({ id: freshId('column'), model }));
    this.models = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.loadModels();
    if (['owner', 'admin'].includes(currentSession()?.person.role)) this.loadTools();
  }

  /** Whether a session of this person may call: owners and administrators always, members with a key. */
  async mayCall() {
    const { id, role } = currentSession().person;
    if (role !== 'member') return true;
    const { data } = await get('/admin/api/keys', { person: id, limit: 50 });
    return data.some((key) => key.expires === null || key.expires > Date.now());
  }

  async loadModels() {
    this.error = null;
    try {
      this.keyless = !(await this.mayCall());
      if (this.keyless) return;
      this.models = (await get('/v1/models')).data.map((one) => one.id);
    } catch (error) {
      this.error = error;
    }
    if (this.columns.length === 0) {
      const first = this.models.filter((id) => !id.includes('*')).slice(0, 2);
      this.columns = (first.length ? first : ['']).map((model) => ({ id: freshId('column'), model }));
    }
  }

  async loadTools() {
    try {
      this.serverTools = (await get('/admin/api/tools')).data.flatMap((source) => (source.tools ?? []).map((tool) => tool.name ?? tool));
    } catch { /* the field takes names all the same */ }
  }

  keep() {
    const { image, ...texts } = this.prompt;
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ prompt: texts, models: this.columns.map(({ model }) => model) }));
    } catch { /* the page works without */ }
  }

  columnsShown() {
    return [...this.querySelectorAll('gp-playground-column')];
  }

  ask() {
    const wrong = problems(this.prompt);
    this.wrong = wrong;
    if (Object.values(wrong).some(Boolean)) {
      this.updateComplete.then(() => this.querySelector('[aria-invalid]')?.focus());
      return;
    }
    const { body, headers } = requestOf(this.prompt);
    this.columnsShown().filter((column) => column.model).forEach((column) => column.ask(body, headers));
  }

  setModel(id, model) {
    this.columns = this.columns.map((column) => (column.id === id ? { ...column, model } : column));
    this.keep();
  }

  render() {
    if (this.keyless) {
      return html`${head('Playground', LEAD)}${empty('Make a key first', 'What you ask here counts as asked with your newest key, and you have none that works.',
        html`<a class="button primary" href="/console/keys">To the keys</a>`)}`;
    }
    const busy = this.columnsShown().some((column) => column.busy);
    const able = this.columns.some(({ model }) => model);
    return html`${head('Playground', LEAD)}
      ${this.error ? failure(this.error, () => this.loadModels()) : nothing}
      <form class="card stack" @submit=${(event) => { event.preventDefault(); this.ask(); }} @keydown=${(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.ask(); }}>
        <gp-playground-prompt class="stack" .prompt=${this.prompt} .wrong=${this.wrong} .serverTools=${this.serverTools}
          @prompt=${(event) => { this.prompt = event.detail; this.wrong = null; this.keep(); }}></gp-playground-prompt>
        <div class="row end"><span class="small muted">Ctrl + Enter asks too</span>
          ${busy ? html`<button type="button" class="danger" @click=${() => this.columnsShown().forEach((column) => column.stop())}>Stop all</button>` : nothing}
          <button class="primary" ?disabled=${!able}>${this.columns.length === 1 ? 'Ask' : `Ask ${this.columns.length} models`}</button></div></form>
      <div class="columns">${repeat(this.columns, ({ id }) => id, (column, index) => this.column(column, index))}
        ${this.columns.length < MOST ? html`<button type="button" class="add" @click=${() => { this.columns = [...this.columns, { id: freshId('column'), model: '' }]; }}>Add a model</button>` : nothing}</div>
      <datalist id="playground-models">${this.models.map((id) => html`<option value=${id}></option>`)}</datalist>`;
  }

  column({ id, model }, index) {
    return html`<section class="card stack near" aria-label="Column ${index + 1}: ${model || 'no model yet'}"><div class="row model-line">
      <input list="playground-models" aria-label="Model ${index + 1}" placeholder="Choose a model" autocomplete="off" .value=${model} @change=${(event) => this.setModel(id, event.target.value.trim())}>
      ${this.columns.length > 1 ? html`<button type="button" class="quiet" aria-label="Remove column ${index + 1}" @click=${() => {
        this.columns = this.columns.filter((one) => one.id !== id);
        this.keep();
      }}>✕</button>` : nothing}</div>
      <gp-playground-column class="stack near" .model=${model} @changed=${() => this.requestUpdate()}></gp-playground-column></section>`;
  }
}

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return kept?.prompt && Array.isArray(kept.models) ? kept : null;
  } catch {
    return null;
  }
}

define('gp-playground', Playground);
