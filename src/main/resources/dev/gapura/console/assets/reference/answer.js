const freshChoice = () => ({ role: 'assistant', content: '', reasoning: '', refusal: '', toolCalls: [], images: [], finishReason: null });

/**
 * What has come of an answer so far, streamed or whole: choices with text, reasoning, refusal and calls of tools, usage, the
 * `gapura` object, an error event, whether `[DONE]` was seen.
 */
export class Answer {
  choices = [];
  usage = null;
  gapura = null;
  error = null;
  done = false;
  id = null;
  model = null;
  /** Runs of server tools by their id, from the comments that `x-gapura-tool-events` asks for. */
  toolRuns = new Map();

  #choice(index) {
    while (this.choices.length <= index) this.choices.push(freshChoice());
    return this.choices[index];
  }

  #common(json) {
    this.id ??= json.id ?? null;
    this.model ??= json.model ?? null;
    if (json.usage) this.usage = json.usage;
    if (json.gapura) this.gapura = json.gapura;
    if (json.error) this.error = json.error;
  }

  /** Takes the whole body of a JSON answer. */
  whole(json) {
    this.#common(json);
    for (const choice of json.choices ?? []) {
      const into = this.#choice(choice.index ?? 0);
      this.#add(into, choice.message ?? {});
      into.finishReason = choice.finish_reason ?? null;
    }
    this.done = true;
    return this;
  }

  /** Takes what an `EventAssembler` gave. Returns whether it brought content. */
  event({ data, comment }) {
    if (comment !== undefined) {
      this.#toolEvent(comment);
      return false;
    }
    if (data === '[DONE]') {
      this.done = true;
      return false;
    }
    let json;
    try {
      json = JSON.parse(data);
    } catch {
      this.error = { message: 'An event of the stream is not JSON.', code: 'unreadable_event' };
      return false;
    }
    this.#common(json);
    let content = false;
    for (const choice of json.choices ?? []) {
      const into = this.#choice(choice.index ?? 0);
      content = this.#add(into, choice.delta ?? {}) || content;
      if (choice.finish_reason) into.finishReason = choice.finish_reason;
    }
    return content;
  }

  #add(into, message) {
    const before = into.content.length + into.reasoning.length + into.refusal.length + into.toolCalls.length;
    if (typeof message.content === 'string') into.content += message.content;
    const reasoning = message.reasoning_content ?? message.reasoning;
    if (typeof reasoning === 'string') into.reasoning += reasoning;
    if (typeof message.refusal === 'string') into.refusal += message.refusal;
    for (const image of message.images ?? []) into.images.push(image?.image_url?.url ?? image?.url);
    for (const call of message.tool_calls ?? []) {
      const at = call.index ?? into.toolCalls.length;
      const known = (into.toolCalls[at] ??= { id: null, name: '', arguments: '' });
      known.id ??= call.id ?? null;
      known.name += call.function?.name ?? call.custom?.name ?? '';
      known.arguments += call.function?.arguments ?? call.custom?.input ?? '';
    }
    return into.content.length + into.reasoning.length + into.refusal.length + into.toolCalls.length > before;
  }

  #toolEvent(comment) {
    const told = comment.match(/^gapura\.tool (\{.*)$/);
    if (!told) return;
    try {
      const run = JSON.parse(told[1]);
      this.toolRuns.set(run.id, run);
    } catch { /* a comment of somebody else */ }
  }
}
