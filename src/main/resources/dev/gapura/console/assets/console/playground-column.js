import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { badge, copy } from '../ui/parts.js';
import { count, duration, money } from '../ui/format.js';
import { Answer } from '../reference/answer.js';
import { call } from '../reference/call.js';
import { EventAssembler, readLines } from '../reference/sse.js';
import { requestHref } from './request-query.js';

/** One model of the playground: it asks, shows the answer as it comes, and what it took. Sends `changed` when its state does. */
class PlaygroundColumn extends Plain {
  static properties = { model: {}, answer: {}, error: {}, state: {}, took: {}, first: {}, requestId: {}, version: { state: true } };

  constructor() {
    super();
    this.state = 'idle';
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  get busy() { return this.state === 'waiting' || this.state === 'streaming'; }

  to(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent('changed'));
  }

  stop() {
    this.asking?.abort();
  }

  /** Asks this column's model; ends when the answer does. Never fails: what goes wrong is shown. */
  async ask(body, headers) {
    this.stop();
    const asking = this.asking = new AbortController();
    const start = performance.now();
    this.answer = new Answer();
    this.error = this.took = this.first = this.requestId = null;
    this.to('waiting');
    try {
      const response = await call('/v1/chat/completions', { model: this.model, ...body }, { headers: { 'x-gapura-details': 'true', ...headers }, signal: asking.signal });
      this.requestId = response.headers.get('x-request-id');
      if (response.headers.get('content-type')?.startsWith('text/event-stream')) await this.listen(response, start);
      else this.answer.whole(JSON.parse(await response.text()));
    } catch (away) {
      if (!asking.signal.aborted) this.error = { message: 'The gateway does not answer, or its answer broke off.', code: null, away };
    }
    if (this.asking !== asking) return;
    this.took = performance.now() - start;
    this.error ??= this.answer.error;
    this.to(asking.signal.aborted ? 'stopped' : this.error ? 'failed' : 'done');
  }

  async listen(response, start) {
    const events = new EventAssembler();
    for await (const { text, ms } of readLines(response, start)) {
      const event = events.push(text);
      if (!event) continue;
      if (this.answer.event(event) && this.first === null) {
        this.first = ms;
        this.to('streaming');
      }
      this.version = ms;
    }
  }

  render() {
    const words = { idle: 'Not asked yet', waiting: 'Waiting …', streaming: 'Answering …', done: 'Answered', stopped: 'Stopped', failed: 'Failed' };
    const tone = { done: 'good', failed: 'bad', stopped: 'warn', idle: '' }[this.state] ?? 'info';
    return html`<div class="row spread"><span role="status">${badge(words[this.state], tone)}</span>
      ${this.requestId && !this.busy ? html`<a class="small" href=${requestHref(this.requestId)}>Details</a>` : nothing}</div>
      ${this.state === 'idle' ? nothing : html`${this.figures()}<div class="answer stack near" aria-busy=${this.busy} aria-label="Answer of ${this.model}" role="region" tabindex="0">
        ${this.error ? html`<div class="note bad"><strong>${this.error.message}</strong><span class="small muted">${[this.error.code, this.error.param].filter(Boolean).join(' · ')}</span></div>` : nothing}
        ${this.answer.choices.map((choice) => this.choice(choice))}${[...this.answer.toolRuns.values()].map(run)}</div>${this.verdicts()}`}`;
  }

  figures() {
    const { usage, gapura } = this.answer;
    const reasoning = usage?.completion_tokens_details?.reasoning_tokens;
    return html`<dl class="pairs">
      <dt>First token</dt><dd>${duration(gapura?.timings?.first_token_ms ?? this.first)}</dd>
      <dt>Duration</dt><dd>${duration(gapura?.timings?.total_ms ?? this.took)}</dd>
      <dt>Tokens</dt><dd>${usage ? `${count(usage.prompt_tokens)} → ${count(usage.completion_tokens)}` : '–'}${reasoning ? `, ${count(reasoning)} of reasoning` : ''}</dd>
      <dt>Cost</dt><dd>${money(typeof gapura?.cost_usd === 'number' ? Math.round(gapura.cost_usd * 1e9) : null)}</dd></dl>`;
  }

  choice(choice) {
    return html`${choice.reasoning ? html`<details><summary class="small muted">Reasoning</summary><p class="said muted">${choice.reasoning}</p></details>` : nothing}
      ${choice.content ? html`<p class="said">${choice.content}</p>` : nothing}
      ${choice.refusal ? html`<p class="note warn">${choice.refusal}</p>` : nothing}
      ${choice.images.filter((url) => url?.startsWith('data:image/')).map((url) => html`<img class="made" src=${url} alt="Picture of the answer">`)}
      ${choice.toolCalls.filter(Boolean).map((one) => html`<div class="small"><strong>Calls ${one.name}</strong><pre class="body"><code>${indented(one.arguments)}</code></pre></div>`)}
      ${choice.finishReason && choice.finishReason !== 'stop' ? html`<p class="small muted">Ended with <code>${choice.finishReason}</code>.</p>` : nothing}
      ${choice.content && !this.busy ? html`<p><button type="button" class="link small" @click=${() => copy(choice.content)}>Copy answer</button></p>` : nothing}`;
  }

  verdicts() {
    const params = (this.answer.gapura?.params ?? []).filter(({ verdict }) => verdict !== 'passed');
    return params.length === 0 ? nothing : html`<details><summary class="small">${count(params.length)} ${params.length === 1 ? 'field' : 'fields'} changed</summary>
      <ul class="small plain-list">${params.map((one) => html`<li><code>${one.field}</code> ${badge(one.verdict, one.verdict === 'stripped' ? 'warn' : 'info')}
        <span class="muted">${[one.detail, one.reason].filter(Boolean).join(' · ')}</span></li>`)}</ul></details>`;
  }
}

const run = ({ name, state, ms }) => html`<p class="small muted">Tool <code>${name}</code> ${state}${ms === undefined ? '' : `, ${duration(ms)}`}</p>`;

/** JSON as people read it; what is not whole yet stays as it is. */
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

define('gp-playground-column', PlaygroundColumn);
