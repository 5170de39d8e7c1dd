import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession } from '../ui/api.js';
import { badge, copy } from '../ui/parts.js';
import { prose } from './prose.js';
import { count, duration, tone } from '../ui/format.js';
import { verdicts } from './verdicts.js';

/** So many lines of a stream are shown, the newest; copying takes all. */
const MOST_LINES = 600;
const VIEWS = [['text', 'Text'], ['json', 'JSON'], ['events', 'Events']];
const dollars = (usd) => (usd === null || usd === undefined ? '–' : `$${usd}`);

/** What came of a request: the answer as text, as JSON and as the lines of its stream; figures; a failure explained. */
class AnswerView extends Plain {
  static properties = { run: { attribute: false }, view: { state: true } };

  constructor() {
    super();
    this.view = 'text';
  }

  figures() {
    const { run } = this;
    const { answer } = run;
    const header = (name) => run.headers?.get(name);
    const usage = answer?.usage;
    const cost = answer?.gapura?.cost_usd ?? header('x-gapura-cost-usd');
    const tokens = usage ? `${count(usage.prompt_tokens)} in, ${count(usage.completion_tokens)} out` : '–';
    const id = header('x-request-id');
    const model = header('x-gapura-model');
    return html`<dl class="pairs">
      ${model ? html`<dt>Model</dt><dd>${model}</dd>` : nothing}
      <dt>Tokens</dt><dd>${tokens}</dd><dt>Cost</dt><dd>${dollars(cost)}</dd>
      <dt>First token</dt><dd>${run.lines.length ? duration(run.firstMs) : '–'}</dd><dt>Duration</dt><dd>${duration(run.totalMs)}</dd>
      ${id ? html`<dt>Request id</dt><dd class="mono">${currentSession() ? html`<a href="/console/requests?id=${id}">${id}</a>` : id}</dd>` : nothing}
      ${header('x-gapura-params') ? html`<dt>Parameters</dt><dd class="mono">${utf8(header('x-gapura-params'))}</dd>` : nothing}</dl>`;
  }

  fault() {
    const { error } = this.run;
    if (!error) return nothing;
    const row = document.querySelector('.param.at-fault');
    return html`<div class="note bad" role="alert"><strong>${prose(error.message)}</strong>
      <span class="small muted">${[error.type, error.code, error.source && `source: ${error.source}`].filter(Boolean).join(' · ')}</span>
      ${error.param && row ? html`<span><a href="#${row.id}">Go to <code>${error.param}</code></a></span>` : nothing}
      ${this.run.headers?.get('retry-after') ? html`<span>Try again in ${this.run.headers.get('retry-after')} s.</span>` : nothing}</div>`;
  }

  words() {
    const { answer, phase } = this.run;
    if (!answer) return phase === 'waiting' ? html`<p class="loading">Waiting for the answer …</p>` : nothing;
    return html`<div class="stack answer-text" aria-live="polite" aria-busy=${phase === 'streaming' ? 'true' : 'false'}>${answer.choices.map((choice, index) => html`
      ${answer.choices.length > 1 ? html`<h4>Choice ${index + 1}</h4>` : nothing}
      ${choice.reasoning ? html`<details class="reasoning" open><summary>Reasoning</summary><p class="says">${choice.reasoning}</p></details>` : nothing}
      ${choice.content ? html`<p class="says">${choice.content}</p>` : nothing}
      ${choice.refusal ? html`<p class="note warn">${choice.refusal}</p>` : nothing}
      ${choice.images.filter((url) => url?.startsWith('data:image/')).map((url) => html`<img class="made" src=${url} alt="Image of the answer">`)}
      ${choice.toolCalls.filter(Boolean).map((tool) => html`<div class="tool-call"><strong>Calls <code>${tool.name}</code></strong><pre tabindex="0" aria-label="Arguments"><code>${laidOut(tool.arguments)}</code></pre></div>`)}
      ${choice.finishReason ? html`<p class="small muted">Finish reason: <code>${choice.finishReason}</code></p>` : nothing}`)}
      ${[...answer.toolRuns.values()].map((run) => html`<p class="small muted">Server tool <code>${run.name}</code>: ${run.state}${run.ms === undefined ? nothing : html`, ${duration(run.ms)}`}</p>`)}</div>`;
  }

  body() {
    const { run } = this;
    if (this.view === 'text') return this.words();
    if (this.view === 'json') {
      const text = run.json ? JSON.stringify(run.json, null, 2) : run.text || (run.answer ? JSON.stringify(folded(run.answer), null, 2) : '');
      return html`${run.lines.length ? html`<p class="small muted">What the events come to.</p>` : nothing}${this.block(text, 'Answer as JSON')}`;
    }
    if (!run.lines.length) return html`<p class="muted">The answer is not a stream. Set <code>stream</code> to true to see one.</p>`;
    const left = Math.max(0, run.lines.length - MOST_LINES);
    return html`${left ? html`<p class="small muted">The first ${count(left)} lines are not shown; copying takes them too.</p>` : nothing}
      <pre class="lines" tabindex="0" aria-label="Lines of the stream">${run.lines.slice(left).map((line) => (line.text === '' ? html`<span class="gap"></span>`
        : html`<span class="line"><span class="at">${Math.round(line.ms)} ms</span><span>${line.text}</span></span>`))}</pre>
      <div class="row end"><button type="button" @click=${() => copy(run.lines.map((line) => line.text).join('\n'))}>Copy all lines</button></div>`;
  }

  block(text, label) {
    return text ? html`<pre tabindex="0" aria-label=${label}><code>${text}</code></pre><div class="row end"><button type="button" @click=${() => copy(text)}>Copy</button></div>` : html`<p class="muted">Nothing yet.</p>`;
  }

  state() {
    const { run } = this;
    const name = { waiting: 'waiting', streaming: 'streaming', done: 'done', failed: 'failed', stopped: 'stopped' }[run.phase];
    const look = { waiting: 'info', streaming: 'info', done: 'good', failed: 'bad', stopped: 'warn' }[run.phase];
    return html`<span class="row" role="status">${run.status ? badge(run.status, tone(run.status)) : nothing}${badge(name, look)}</span>`;
  }

  render() {
    const { run } = this;
    if (!run) return nothing;
    return html`<div class="spread"><h2>Answer</h2>${this.state()}</div>${this.fault()}
      <div><div class="tabs" role="group" aria-label="View of the answer">${VIEWS.map(([name, title]) => html`<button type="button" aria-pressed=${this.view === name ? 'true' : 'false'} @click=${() => { this.view = name; }}>${title}</button>`)}</div>
      <div class="tab-panel">${this.body()}</div></div>
      ${run.over ? html`${this.figures()}${verdicts(run.answer?.gapura?.params)}` : nothing}`;
  }
}

/** Header values are UTF-8, which browsers read as Latin-1. */
function utf8(value) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(value, (one) => one.charCodeAt(0)));
  } catch {
    return value;
  }
}

function laidOut(json) {
  try { return JSON.stringify(JSON.parse(json), null, 2); } catch { return json; }
}

const folded = (answer) => ({
  id: answer.id,
  model: answer.model,
  choices: answer.choices.map((choice, index) => ({
    index,
    message: {
      role: choice.role,
      content: choice.content || null,
      ...(choice.reasoning ? { reasoning_content: choice.reasoning } : {}),
      ...(choice.toolCalls.length ? { tool_calls: choice.toolCalls.map((tool) => ({ id: tool.id, type: 'function', function: { name: tool.name, arguments: tool.arguments } })) } : {}),
    },
    finish_reason: choice.finishReason,
  })),
  usage: answer.usage,
  ...(answer.gapura ? { gapura: answer.gapura } : {}),
});

define('gp-answer', AnswerView);
