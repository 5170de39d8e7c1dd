import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { apiBase } from '../ui/base.js';
import { copy, field, head } from '../ui/parts.js';
import { CLIENTS } from './clients.js';

const PLACEHOLDER = 'YOUR_KEY';

/** How programs are told to call this gateway: one sample for each client, with address, key and model filled in. */
class Setup extends Plain {
  static properties = { client: { state: true }, key: { state: true }, model: { state: true } };

  constructor() {
    super();
    const asked = new URLSearchParams(location.search).get('client');
    this.client = CLIENTS.some((one) => one.id === asked) ? asked : CLIENTS[0].id;
    this.key = '';
    this.model = 'sim/echo';
  }

  choose(id) {
    this.client = id;
    history.replaceState(null, '', `/console/setup?client=${id}`);
  }

  render() {
    const chosen = CLIENTS.find((one) => one.id === this.client);
    const base = `${apiBase()}/v1`;
    const parts = chosen.parts({ base, key: this.key.trim() || PLACEHOLDER, model: this.model.trim() || 'sim/echo' });
    return html`${head('Client setup', 'Whatever speaks OpenAI’s Chat Completions calls this gateway with its address and a key of yours.')}
      <section class="card stack"><h2>Fill in</h2><div class="fields">
        ${field({ id: 'setup-base', label: 'Base address', control: html`<div class="row tight"><input id="setup-base" class="code" readonly .value=${base}><button type="button" aria-label="Copy base address" @click=${() => copy(base)}>Copy</button></div>` })}
        ${field({ id: 'setup-key', label: 'Key', hint: html`Stays in this page. <a href="/console/keys">Create a key</a>`, control: html`<input id="setup-key" class="code" type="text" autocomplete="off" spellcheck="false" placeholder=${PLACEHOLDER} aria-describedby="setup-key-hint" .value=${this.key} @input=${(event) => { this.key = event.target.value; }}>` })}
        ${field({ id: 'setup-model', label: 'Model', control: html`<input id="setup-model" class="code" autocomplete="off" spellcheck="false" .value=${this.model} @input=${(event) => { this.model = event.target.value; }}>` })}</div></section>
      <div class="setup"><nav aria-label="Clients">${['SDKs', 'Frameworks', 'Applications', 'Shell'].map((group) => html`<h2>${group}</h2>
        <ul>${CLIENTS.filter((one) => one.group === group).map((one) => html`<li><button type="button" class="quiet" aria-pressed=${one.id === this.client} @click=${() => this.choose(one.id)}>${one.name}</button></li>`)}</ul>`)}</nav>
      <section class="stack" aria-live="polite"><h2>${chosen.name}</h2>${chosen.note ? html`<p>${chosen.note}</p>` : nothing}
        ${parts.map(([title, text]) => html`<div class="stack tight"><div class="spread"><h3>${title}</h3><button type="button" aria-label="Copy: ${title}" @click=${() => copy(text)}>Copy</button></div><pre tabindex="0"><code>${text}</code></pre></div>`)}</section></div>`;
  }
}

define('gp-setup', Setup);
