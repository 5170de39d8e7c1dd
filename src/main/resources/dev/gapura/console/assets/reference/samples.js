import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { copy, freshId } from '../ui/parts.js';
import { SAMPLES } from './samples/all.js';
import { coloured } from './samples/colours.js';

export { SAMPLES } from './samples/all.js';

const KEPT = 'gapura-sample';
const remembered = () => { try { return localStorage.getItem(KEPT); } catch { return null; } };

/**
 * The request as it stands, as a program in the language that somebody chose. `request` is the state of the page, or an
 * object with `baseUrl`, `body`, `headers` and `stream`; `apiKey` may be put into the program where it is given.
 */
export class Samples extends Plain {
  static properties = { request: { attribute: false }, apiKey: { attribute: false }, chosen: { state: true }, withKey: { state: true } };

  #leave = null;
  #id = freshId('sample');

  constructor() {
    super();
    this.chosen = SAMPLES.find((sample) => sample.id === remembered()) ?? SAMPLES[0];
    this.withKey = false;
  }

  willUpdate(changed) {
    if (changed.has('request')) this.#watch();
  }

  connectedCallback() {
    super.connectedCallback();
    this.#watch();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave?.();
    this.#leave = null;
  }

  #watch() {
    this.#leave?.();
    this.#leave = this.request?.subscribe?.(() => this.requestUpdate()) ?? null;
  }

  choose(id) {
    this.chosen = SAMPLES.find((sample) => sample.id === id);
    try { localStorage.setItem(KEPT, id); } catch { /* not kept, still shown */ }
  }

  text() {
    const { baseUrl, body, headers, stream } = this.request;
    return this.chosen.write({ baseUrl, body, headers: headers ?? {}, stream: stream ?? body.stream === true, key: this.withKey ? this.apiKey || null : null });
  }

  render() {
    if (!this.request?.body) return nothing;
    const text = this.text();
    return html`<div class="sample">
      <div class="sample-head">
        <label class="unseen" for=${this.#id}>Language</label>
        <select id=${this.#id} @change=${(event) => this.choose(event.target.value)}>
          ${SAMPLES.map((sample) => html`<option value=${sample.id} ?selected=${sample === this.chosen}>${sample.label}</option>`)}
        </select>
        <button type="button" aria-label="Copy the code" @click=${() => copy(text)}>Copy</button>
      </div>
      ${this.chosen.install ? html`<p class="small muted">Needs <code>${this.chosen.install}</code></p>` : nothing}
      <pre class="sample-code" tabindex="0" role="region" aria-label="Code in ${this.chosen.label}"><code>${coloured(text, this.chosen.language)
        .map(([kind, part]) => (kind ? html`<span class="code-${kind}">${part}</span>` : part))}</code></pre>
      ${this.apiKey ? html`<label class="sample-key"><input type="checkbox" .checked=${this.withKey} @change=${(event) => { this.withKey = event.target.checked; }}> Put my key into the code</label>`
        : nothing}
    </div>`;
  }
}

define('gp-samples', Samples);
