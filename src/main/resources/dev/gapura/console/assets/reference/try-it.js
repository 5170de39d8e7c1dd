import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { copy, toast } from '../ui/parts.js';
import { credential } from './credential.js';
import { requestState } from './state.js';
import './credential-field.js';
import './json-field.js';

const PATH = '/v1/chat/completions';

/** Longer addresses are cut by chats and mail programs. */
const MOST_LINK = 30_000;
const objectOnly = (value) => (value === null || typeof value !== 'object' || Array.isArray(value) ? 'The body must be an object.' : null);

/** Sends the request as it stands on the page, or has it explained, and shows what came of it. */
class TryIt extends Plain {
  static properties = { only: {}, tab: { state: true }, run: { state: true }, explained: { state: true }, needsKey: { state: true } };

  constructor() {
    super();
    this.samples = Boolean(document.getElementById('chat-form'));
    this.tab = this.samples ? 'code' : 'json';
    this.state = requestState();
  }

  connectedCallback() {
    super.connectedCallback();
    this.ends = [this.state.subscribe(() => this.requestUpdate()), credential.subscribe(() => { this.needsKey = false; this.requestUpdate(); })];
    customElements.whenDefined('gp-samples').then(() => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.ends.forEach((end) => end());
  }

  /** Shows at most one state a frame, however fast the lines come. */
  soon() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; this.requestUpdate(); this.querySelector('gp-answer')?.requestUpdate(); });
  }

  async send(kind) {
    if (!credential.there) {
      this.needsKey = true;
      await this.updateComplete;
      this.querySelector('gp-credential input[type="password"]')?.focus();
      return;
    }
    const { Run } = await import('./outcome.js');
    this.run?.stop();
    this.markFault(null);
    const run = new Run(kind, () => this.soon());
    this.run = run;
    this.updateComplete.then(() => this.querySelector('.outcome')?.scrollIntoView({ block: 'nearest' }));
    const headers = { ...this.state.headers };
    // Cost and verdicts of a stream stand in the `gapura` object alone.
    if (kind === 'call') headers['x-gapura-details'] ??= 'true';
    await run.start(kind === 'explain' ? `${PATH}:explain` : PATH, this.state.body, { key: credential.key, headers });
    if (this.run !== run) return;
    this.markFault(run.error?.param);
    this.requestUpdate();
  }

  /** Lights up the row of the document that a failure names. */
  markFault(param) {
    document.querySelectorAll('.param.at-fault').forEach((row) => row.classList.remove('at-fault'));
    const header = param && document.getElementById(`header.${param}`);
    if (header?.classList.contains('param')) {
      header.classList.add('at-fault');
      return;
    }
    for (let path = param?.replace(/\[\d+\]/g, ''); path; path = path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '') {
      const row = document.getElementById(path);
      if (row?.classList.contains('param')) {
        row.classList.add('at-fault');
        return;
      }
    }
  }

  async link() {
    const link = this.state.link();
    if (link.length > MOST_LINK) return toast('This request is too long for a link.', 'warn');
    return copy(link);
  }

  actions() {
    const busy = this.run && !this.run.over;
    return html`<div class="row">
      ${this.only ? nothing : html`<button type="button" class="primary" ?disabled=${busy} @click=${() => this.send('call')}>Try it</button>`}
      <button type="button" class=${this.only ? 'primary' : ''} ?disabled=${busy} @click=${() => this.send('explain')} title="Tells what would be done, and calls nobody">Explain</button>
      ${busy ? html`<button type="button" class="danger" @click=${() => this.run.stop()}>Stop</button>` : nothing}
      <span class="push row"><button type="button" class="quiet" @click=${() => this.link()} title="A link to this request, without credentials">Copy link</button>
      <button type="button" class="quiet" @click=${() => this.state.reset()}>Reset</button></span></div>`;
  }

  tabButton(name, title) {
    return html`<button type="button" role="tab" id="tab-${name}" aria-controls="tab-panel" aria-selected=${this.tab === name ? 'true' : 'false'} tabindex=${this.tab === name ? 0 : -1}
      @click=${() => { this.tab = name; }} @keydown=${(event) => { if (/^Arrow(Left|Right)$/.test(event.key)) { this.tab = this.tab === 'code' ? 'json' : 'code'; this.updateComplete.then(() => this.querySelector('[aria-selected="true"]').focus()); } }}>${title}</button>`;
  }

  render() {
    const { state } = this;
    return html`<section class="card stack" aria-labelledby="try-title"><h2 id="try-title">Try it</h2>
      <gp-credential .wanted=${this.needsKey}></gp-credential>${this.actions()}
      <div><div class="tabs" role="tablist" aria-label="The request">${this.samples ? this.tabButton('code', 'Code') : nothing}${this.tabButton('json', 'JSON body')}</div>
      <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby="tab-${this.tab}">${this.tab === 'json'
        ? html`<gp-json .value=${state.body} .label=${'Body of the request, as JSON'} .rows=${8} .check=${objectOnly} .change=${(body) => state.replace(body)}></gp-json>`
        : html`${customElements.get('gp-samples') ? nothing : html`<p class="loading">Loading …</p>`}<gp-samples
          .request=${{ baseUrl: state.baseUrl, key: '', body: state.body, headers: state.headers, stream: state.stream }}></gp-samples>`}</div></div></section>
      ${this.run ? html`<section class="card stack outcome" aria-label=${this.run.kind === 'explain' ? 'Explanation' : 'Answer'}>${this.run.kind === 'explain' && !this.run.error
        ? html`<gp-explanation .run=${this.run} .over=${this.run.over}></gp-explanation>` : html`<gp-answer .run=${this.run}></gp-answer>`}</section>` : nothing}`;
  }
}

define('gp-try-it', TryIt);
