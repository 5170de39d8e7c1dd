import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { get } from '../ui/api.js';
import { empty, failure, field, loading } from '../ui/parts.js';
import { count, short } from '../ui/format.js';
import { perMillion, showModel } from './model.js';

const PAGE = 50;

/** Aliases and models, searched here, a page at a time in the document however many there are. */
class Models extends Plain {
  static properties = { provider: {}, rows: { state: true }, error: { state: true }, text: { state: true }, of: { state: true }, page: { state: true } };

  constructor() {
    super();
    this.text = '';
    this.of = '';
    this.page = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.read();
  }

  async read() {
    this.error = null;
    try {
      this.rows = (await get('/admin/api/models')).data.map((row) => ({ name: row.model_name, ...row.model_info }));
    } catch (error) {
      this.error = error;
    }
  }

  shown() {
    const words = this.text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const of = this.provider ?? this.of;
    return this.rows.filter((row) => (!of || row.provider === of) && words.every((word) => `${row.name} ${row.target} ${(row.abilities ?? []).join(' ')}`.toLowerCase().includes(word)));
  }

  render() {
    return html`<h2>Models</h2>${this.error ? failure(this.error, () => this.read()) : !this.rows ? loading() : this.list()}`;
  }

  list() {
    const shown = this.shown();
    const page = Math.min(this.page, Math.max(0, Math.ceil(shown.length / PAGE) - 1));
    const rows = shown.slice(page * PAGE, (page + 1) * PAGE);
    const providers = [...new Set(this.rows.map((row) => row.provider))].sort();
    return html`<div class="filters">
        ${field({ id: 'models-text', label: 'Find', control: html`<input id="models-text" type="search" placeholder="Name or ability" .value=${this.text} @input=${(event) => { this.text = event.target.value; this.page = 0; }}>` })}
        ${this.provider ? nothing : field({ id: 'models-of', label: 'Provider', control: html`<select id="models-of" @change=${(event) => { this.of = event.target.value; this.page = 0; }}><option value="">All</option>${providers.map((name) => html`<option ?selected=${name === this.of}>${name}</option>`)}</select>` })}
        <p class="muted small" role="status">${count(shown.length)} of ${count(this.rows.length)}</p></div>
      ${rows.length ? this.table(rows) : empty('No model matches', 'Other models can be called all the same where the provider has them: the list is what is known of them.')}
      ${shown.length > PAGE ? html`<div class="row"><button type="button" ?disabled=${page === 0} @click=${() => { this.page = page - 1; }}>Previous</button>
        <span class="small muted">${page * PAGE + 1} to ${page * PAGE + rows.length} of ${count(shown.length)}</span>
        <button type="button" ?disabled=${(page + 1) * PAGE >= shown.length} @click=${() => { this.page = page + 1; }}>Next</button></div>` : nothing}`;
  }

  table(rows) {
    return html`<div class="table"><table><thead><tr><th scope="col">Model</th><th scope="col" class="number">Context</th><th scope="col" class="number">Longest answer</th><th scope="col" class="number">Input, 1M tokens</th>
      <th scope="col" class="number">Output, 1M tokens</th><th scope="col">Abilities</th></tr></thead>
      <tbody>${rows.map((row) => html`<tr><td><button type="button" class="link clip" title=${row.name} @click=${() => showModel(row)}>${row.name}</button>${row.target !== row.name ? html` <span class="muted nowrap">→ ${row.target}</span>` : nothing}</td>
        <td class="number">${short(row.context_window)}</td><td class="number">${short(row.max_output_tokens)}</td>
        <td class="number">${perMillion(row.input_cost_per_token)}</td><td class="number">${perMillion(row.output_cost_per_token)}</td>
        <td><span class="clip muted" title=${(row.abilities ?? []).join(', ')}>${(row.abilities ?? []).join(', ') || '–'}</span></td></tr>`)}</tbody></table></div>`;
  }
}

define('gp-models', Models);
