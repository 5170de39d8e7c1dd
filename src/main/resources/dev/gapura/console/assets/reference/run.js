import { Answer } from './answer.js';
import { call } from './call.js';
import { EventAssembler, readLines } from './sse.js';

/**
 * One request to the API and what came of it. `phase` goes from `waiting` by way of `streaming` to `done`, `failed` or
 * `stopped`; `changed` is called at every step.
 */
export class Run {
  phase = 'waiting';
  status = null;
  headers = null;
  answer = null;
  json = null;
  text = '';
  lines = [];
  error = null;
  firstMs = null;
  totalMs = null;
  #abort = new AbortController();
  #changed;

  constructor(kind, changed) {
    this.kind = kind;
    this.#changed = changed;
  }

  get over() { return this.phase !== 'waiting' && this.phase !== 'streaming'; }

  async start(path, body, { key, headers }) {
    const start = performance.now();
    try {
      const response = await call(path, body, { key, headers, signal: this.#abort.signal });
      this.status = response.status;
      this.headers = response.headers;
      if ((response.headers.get('content-type') ?? '').startsWith('text/event-stream')) await this.#stream(response, start);
      else await this.#whole(response, start);
      if (this.phase !== 'stopped') this.phase = this.error ? 'failed' : 'done';
    } catch (broken) {
      if (broken.name === 'AbortError') {
        this.phase = 'stopped';
      } else {
        this.phase = 'failed';
        this.error = { message: this.headers ? 'The connection broke before the answer was complete.' : 'The gateway does not answer. Is it running?', code: 'connection' };
      }
    }
    this.totalMs = performance.now() - start;
    this.#changed();
  }

  stop() {
    this.#abort.abort();
  }

  async #whole(response, start) {
    this.text = await response.text();
    this.firstMs = performance.now() - start;
    try {
      this.json = JSON.parse(this.text);
    } catch { /* shown as text */ }
    this.error = this.json?.error ?? null;
    if (!this.error && !response.ok) this.error = { message: `The gateway answered ${response.status}.` };
    if (!this.error && this.kind === 'call') this.answer = new Answer().whole(this.json ?? {});
  }

  async #stream(response, start) {
    this.phase = 'streaming';
    this.answer = new Answer();
    this.#changed();
    const events = new EventAssembler();
    for await (const line of readLines(response, start)) {
      this.lines.push(line);
      const event = events.push(line.text);
      if (event && this.answer.event(event)) this.firstMs ??= line.ms;
      this.#changed();
    }
    this.error = this.answer.error;
    if (!this.error && !this.answer.done) this.error = { message: 'The stream ended without [DONE].', code: 'incomplete' };
  }
}
