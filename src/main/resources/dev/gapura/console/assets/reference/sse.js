/**
 * Reads the body of a streamed answer line by line, with the milliseconds since `start` at which each line was there.
 * A line that the end of the body cuts is given too, as `{ text, ms, cut: true }`.
 */
export async function* readLines(response, start = performance.now()) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      const ms = performance.now() - start;
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of a line end: it waits for what follows.
      const whole = !done && rest.endsWith('\r') ? rest.slice(0, -1) : rest;
      const lines = whole.split(/\r\n|\n|\r/);
      const last = lines.pop();
      rest = last + rest.slice(whole.length);
      for (const text of lines) yield { text, ms };
      if (done) {
        if (rest) yield { text: rest, ms, cut: true };
        return;
      }
    }
  } finally {
    reader.cancel().catch(() => { /* over already */ });
  }
}

/**
 * Puts lines together to events: `push` returns `{ event, data }` when a line ends one, `{ comment }` for a comment,
 * null for a line in between.
 */
export class EventAssembler {
  #data = [];
  #event = 'message';

  push(line) {
    if (line === '') {
      const whole = this.#data.length ? { event: this.#event, data: this.#data.join('\n') } : null;
      this.#data = [];
      this.#event = 'message';
      return whole;
    }
    if (line.startsWith(':')) return { comment: line.slice(1).trimStart() };
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data.push(value);
    if (name === 'event') this.#event = value;
    return null;
  }
}
