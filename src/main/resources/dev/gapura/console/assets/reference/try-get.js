import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { credential } from './credential.js';
import { prose } from './prose.js';
import './credential-field.js';

/** Calls a route that takes no body, and shows its answer. */
class TryGet extends Plain {
  static properties = { path: {}, values: { state: true }, run: { state: true }, needsKey: { state: true } };

  constructor() {
    super();
    this.values = { id: 'sim/echo' };
  }

  names() { return [...this.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]); }

  async send() {
    if (!credential.there) {
      this.needsKey = true;
      await this.updateComplete;
      this.querySelector('input[type="password"]')?.focus();
      return;
    }
    this.needsKey = false;
    const path = this.path.replace(/\{(\w+)\}/g, (_, name) => (this.values[name] ?? '').split('/').map(encodeURIComponent).join('/'));
    const { Run } = await import('./run.js');
    const run = new Run('get', () => this.requestUpdate());
    this.run = run;
    await run.start(path, undefined, { key: credential.key, headers: {} });
  }

  answer() {
    const { run } = this;
    if (run.error) return html`<div class="note bad" role="alert"><strong>${prose(run.error.message)}</strong></div>`;
    if (!run.over) return html`<p class="loading" role="status">Asking …</p>`;
    return html`<pre tabindex="0" aria-label="Answer as JSON"><code>${run.json ? JSON.stringify(run.json, null, 2) : run.text}</code></pre>`;
  }

  render() {
    return html`<section class="card stack" aria-labelledby="try-title"><h2 id="try-title">Try it</h2><gp-credential .wanted=${this.needsKey}></gp-credential>
      ${this.names().map((name) => html`<div class="field"><label for="path-${name}"><code>${name}</code></label><input id="path-${name}" type="text" .value=${this.values[name] ?? ''}
        @input=${(event) => { this.values = { ...this.values, [name]: event.target.value }; }}></div>`)}
      <div class="row"><button type="button" class="primary" @click=${() => this.send()}>Try it</button></div></section>
      ${this.run ? html`<section class="card stack" aria-label="Answer"><div class="spread"><h2>Answer</h2>${this.run.status ? html`<span class="badge ${this.run.status < 400 ? 'good' : 'bad'}">${this.run.status}</span>` : nothing}</div>${this.answer()}</section>` : nothing}`;
  }
}

define('gp-try-get', TryGet);
