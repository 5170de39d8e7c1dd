import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { failure, loading } from '../ui/parts.js';
import { count } from '../ui/format.js';
import { credential } from './credential.js';
import { loadModels } from './model-list.js';
import { requestState } from './state.js';

const MOST = 50;
const perMillion = (text) => (text === undefined || text === null ? '–' : `$${Number((Number(text) * 1e6).toPrecision(6))}`);

/** Which model takes which parameter, from the list of models that the credential may call. Asked for on demand. */
class Models extends Plain {
  static properties = { models: { state: true }, error: { state: true }, busy: { state: true }, filter: { state: true }, ready: { state: true } };

  constructor() {
    super();
    this.filter = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.end = credential.subscribe(() => { this.ready = credential.there; this.models = null; this.error = null; });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end();
  }

  async load() {
    this.busy = true;
    this.error = null;
    try {
      this.models = await loadModels();
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }

  render() {
    if (!this.ready) return html`<div class="empty"><p>Enter an API key in <a href="#try-it">Try it</a>, or <a href="/console">log in</a>, to see the models that you may call.</p></div>`;
    if (this.busy) return loading();
    if (this.error) return failure(this.error, () => this.load());
    if (!this.models) return html`<p><button type="button" @click=${() => this.load()}>Show the models</button></p>`;
    const wanted = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.models.filter((model) => wanted.every((word) => model.id.toLowerCase().includes(word)));
    const fields = [...document.querySelectorAll('#body ~ .params > .param, #body ~ .param-group .params > .param')].map((row) => row.id).filter((id) => !id.includes('.'));
    return html`<div class="field model-filter"><label for="model-filter">Search models</label><input id="model-filter" type="search" autocomplete="off" .value=${this.filter} @input=${(event) => { this.filter = event.target.value; }}></div>
      ${found.length ? html`<div class="table" tabindex="0" role="region" aria-label="Models"><table><thead><tr><th scope="col">Model</th><th scope="col" class="number">Context</th><th scope="col" class="number">Answer</th>
        <th scope="col" class="number">$ in / 1M</th><th scope="col" class="number">$ out / 1M</th><th scope="col">Does not take</th></tr></thead>
        <tbody>${found.slice(0, MOST).map((model) => this.row(model, fields))}</tbody></table></div>` : html`<div class="empty"><p>No model of that name.</p></div>`}
      ${found.length > MOST ? html`<p class="small muted">${count(found.length - MOST)} more: search to narrow them down.</p>` : nothing}`;
  }

  row(model, fields) {
    const lacks = model.supported_parameters ? fields.filter((field) => !model.supported_parameters.includes(field)) : null;
    return html`<tr><td><button type="button" class="link" title="Put ${model.id} into the request" @click=${() => requestState().set('model', model.id)}>${model.id}</button></td>
      <td class="number">${count(model.context_length)}</td><td class="number">${count(model.max_output_tokens)}</td>
      <td class="number">${perMillion(model.pricing?.prompt)}</td><td class="number">${perMillion(model.pricing?.completion)}</td>
      <td>${lacks === null ? '–' : lacks.length ? html`<details><summary>${lacks.length} of ${fields.length}</summary><span class="mono small">${lacks.join(', ')}</span></details>` : 'takes all'}</td></tr>`;
  }
}

define('gp-models', Models);
