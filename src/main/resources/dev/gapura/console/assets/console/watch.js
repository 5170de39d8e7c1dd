import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { badge } from '../ui/parts.js';
import { bytes } from '../ui/format.js';

/** Characters that a window shows; what is older is taken off its begin. */
const MOST_CHARACTERS = 200_000;

/** How near the end of the text counts as being there, in pixels. */
const NEAR = 24;

/** The text of one stream while it passes, from what was said before to its end. */
class WatchedStream extends Plain {
  static properties = { request: {}, pieces: {}, state: {} };

  constructor() {
    super();
    this.pieces = [];
    this.state = { word: 'connecting', tone: 'info' };
  }

  connectedCallback() {
    super.connectedCallback();
    const source = this.source = new EventSource(`/admin/api/running/${encodeURIComponent(this.request.id)}/tail`);
    source.addEventListener('open', () => { this.state = { word: 'live', tone: 'good' }; });
    source.addEventListener('text', (event) => this.add(JSON.parse(event.data).pieces));
    source.addEventListener('lost', (event) => this.add([{ choice: 0, kind: 'lost', text: `${bytes(JSON.parse(event.data).bytes)} of the stream left out` }]));
    source.addEventListener('end', (event) => {
      const why = JSON.parse(event.data).failure;
      this.over(why ? { word: why, tone: 'bad' } : { word: 'ended', tone: '' });
    });
    // Asked again it would begin anew: what was said stands here already.
    source.addEventListener('error', () => this.over({ word: 'not connected', tone: 'warn', more: 'The request is over, or the gateway does not answer.' }));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.source?.close();
  }

  over(state) {
    this.source.close();
    this.state = state;
  }

  add(more) {
    const all = [...this.pieces];
    for (const piece of more) {
      const last = all.at(-1);
      if (last && last.kind === piece.kind && last.choice === piece.choice && piece.kind !== 'lost') all[all.length - 1] = { ...last, text: last.text + piece.text };
      else all.push(piece);
    }
    let surplus = all.reduce((sum, piece) => sum + piece.text.length, 0) - MOST_CHARACTERS;
    while (surplus > 0 && all.length) {
      const cut = Math.min(surplus, all[0].text.length);
      surplus -= cut;
      if (cut === all[0].text.length) all.shift();
      else all[0] = { ...all[0], text: all[0].text.slice(cut) };
    }
    this.pieces = all;
  }

  willUpdate() {
    const view = this.querySelector('.watched');
    this.follows = !view || view.scrollHeight - view.scrollTop - view.clientHeight < NEAR;
  }

  updated() {
    const view = this.querySelector('.watched');
    if (view && this.follows) view.scrollTop = view.scrollHeight;
  }

  render() {
    const several = this.pieces.some((piece) => piece.choice > 0);
    return html`<div class="stack near"><p class="row small muted" role="status">${badge(this.state.word, this.state.tone)}
        ${this.state.more ? html`<span>${this.state.more}</span>` : nothing}<code class="wraps">${this.request.id}</code></p>
      <div class="watched card" tabindex="0" role="log" aria-label="Text of the stream" aria-busy=${this.state.tone === 'good' ? 'true' : 'false'}>${this.pieces.length
        ? this.pieces.map((piece) => part(piece, several)) : html`<p class="muted small">Nothing was said yet.</p>`}</div>
      <p class="small muted">That you watch is in the audit.</p></div>`;
  }
}

function part({ choice, kind, text }, several) {
  const which = several ? html`<span class="small muted">Choice ${choice + 1}</span>` : nothing;
  if (kind === 'lost') return html`<p class="small muted">… ${text} …</p>`;
  if (kind === 'tool') return html`<p class="small">${which} Calls <code>${text}</code></p>`;
  if (kind === 'arguments') return html`<pre class="body"><code>${text}</code></pre>`;
  if (kind === 'error') return html`<p class="note bad">${text}</p>`;
  return html`<div>${which}<p class="says ${kind === 'reasoning' ? 'reasoning' : ''}">${text}</p></div>`;
}

define('gp-watch', WatchedStream);
