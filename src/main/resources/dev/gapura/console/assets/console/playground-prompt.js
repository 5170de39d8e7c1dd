import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { Plain, define } from '../ui/plain.js';
import { field } from '../ui/parts.js';
import { bytes } from '../ui/format.js';

const MOST_IMAGE_BYTES = 5 * 1024 * 1024;

const TOOLS = [{ type: 'function', function: { name: 'lookup', description: 'Looks a city up', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } }];
const SCHEMA = { type: 'object', properties: { answer: { type: 'string' }, sure: { type: 'boolean' } }, required: ['answer', 'sure'], additionalProperties: false };

/** Fields of the body that are numbers or words, with their limits; the gateway decides. */
const PARAMETERS = [
  { name: 'temperature', type: 'number', min: 0, max: 2, step: 0.1 }, { name: 'top_p', type: 'number', min: 0, max: 1, step: 0.05 },
  { name: 'max_completion_tokens', type: 'number', min: 1, step: 1 }, { name: 'seed', type: 'number', step: 1 },
  { name: 'reasoning_effort', type: 'select', options: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] },
];

/** JSON of a field: `{ value }`, or `{ error }` with what is wrong; an empty text is nothing. */
function json(text, wanted, what) {
  if (!text?.trim()) return { value: undefined };
  try {
    const value = JSON.parse(text);
    if (wanted === 'array' ? Array.isArray(value) : value && typeof value === 'object' && !Array.isArray(value)) return { value };
    return { error: what };
  } catch (malformed) {
    return { error: `Not JSON: ${malformed.message}` };
  }
}

/** What is wrong with the prompt, by field. */
export function problems(prompt) {
  return {
    tools: json(prompt.tools, 'array', 'Must be a list of tools: [{ "type": "function", … }].').error ?? null,
    schema: json(prompt.schema, 'object', 'Must be a JSON Schema, an object.').error ?? null,
    user: prompt.user?.trim() || prompt.image ? null : 'Write something to ask.',
  };
}

/** Body and headers for `/v1/chat/completions`, without the model. */
export function requestOf(prompt) {
  const messages = [];
  if (prompt.system?.trim()) messages.push({ role: 'system', content: prompt.system });
  messages.push({ role: 'user', content: prompt.image
    ? [{ type: 'text', text: prompt.user ?? '' }, { type: 'image_url', image_url: { url: prompt.image.url } }].filter((part) => part.type !== 'text' || part.text) : prompt.user });
  const body = { messages, stream: true, stream_options: { include_usage: true } };
  for (const { name, type } of PARAMETERS) {
    const value = prompt[name];
    if (value !== undefined && value !== '') body[name] = type === 'number' ? Number(value) : value;
  }
  const tools = json(prompt.tools, 'array').value;
  const schema = json(prompt.schema, 'object').value;
  if (tools?.length) body.tools = tools;
  if (schema) body.response_format = { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
  const headers = { 'x-gapura-tool-events': 'true' };
  if (prompt.serverTools?.trim()) headers['x-gapura-tools'] = prompt.serverTools.trim();
  return { body, headers };
}

/** What every model is asked. Sends `prompt` with the whole of it when something changes. */
class PlaygroundPrompt extends Plain {
  static properties = { prompt: {}, wrong: {}, serverTools: {}, refused: { state: true } };

  change(name, value) {
    this.dispatchEvent(new CustomEvent('prompt', { detail: { ...this.prompt, [name]: value } }));
  }

  /** Takes a picture from a file that was chosen, dropped or pasted. */
  take(file) {
    if (!file?.type.startsWith('image/')) return;
    if (file.size > MOST_IMAGE_BYTES) {
      this.refused = `${file.name} has ${bytes(file.size)}; pictures may have ${bytes(MOST_IMAGE_BYTES)}.`;
      return;
    }
    this.refused = null;
    const reader = new FileReader();
    reader.addEventListener('load', () => this.change('image', { name: file.name, url: reader.result }));
    reader.readAsDataURL(file);
  }

  text(name, label, options = {}) {
    const id = `playground-${name}`;
    const wrong = this.wrong?.[name];
    return field({ id, label, hint: options.hint, error: wrong, control: html`<textarea id=${id} class=${options.code ? 'code' : ''} rows=${options.rows ?? 2}
      placeholder=${options.placeholder ?? ''} spellcheck=${!options.code} aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${wrong ? `${id}-error` : options.hint ? `${id}-hint` : nothing}
      .value=${live(this.prompt[name] ?? '')} @input=${(event) => this.change(name, event.target.value)}
      @paste=${options.images ? (event) => this.take(event.clipboardData.files[0]) : nothing}
      @dragover=${options.images ? (event) => event.preventDefault() : nothing}
      @drop=${options.images ? (event) => { if (event.dataTransfer.files.length) { event.preventDefault(); this.take(event.dataTransfer.files[0]); } } : nothing}></textarea>` });
  }

  render() {
    const { prompt } = this;
    return html`<div class="prompt">${this.text('system', 'System', { rows: 3, placeholder: 'How to answer (optional)' })}
        ${this.text('user', 'Prompt', { rows: 3, placeholder: 'What every model is asked; a picture can be dropped here', images: true })}</div>
      <div class="row">${prompt.image ? html`<img class="picked" src=${prompt.image.url} alt=""><span class="small clip">${prompt.image.name}</span>
          <button type="button" @click=${() => this.change('image', null)}>Remove picture</button>`
        : html`<label class="button file">Add picture<input type="file" accept="image/*" class="unseen" @change=${(event) => { this.take(event.target.files[0]); event.target.value = ''; }}></label>`}
        ${this.refused ? html`<span class="small error" role="alert">${this.refused}</span>` : nothing}</div>
      <details ?open=${PARAMETERS.some(({ name }) => prompt[name])}><summary>Parameters</summary><div class="fields narrow inside">${PARAMETERS.map((one) => this.parameter(one))}</div></details>
      <details ?open=${Boolean(prompt.tools || prompt.serverTools || this.wrong?.tools)}><summary>Tools</summary><div class="fields inside">
        <div class="stack near">${this.text('tools', 'Tools of the client', { code: true, rows: 5, hint: 'A list, as the field tools has it. The answer shows what is called.' })}
          ${prompt.tools ? nothing : html`<p><button type="button" @click=${() => this.change('tools', JSON.stringify(TOOLS, null, 2))}>Insert an example</button></p>`}</div>
        ${this.serverField()}</div></details>
      <details ?open=${Boolean(prompt.schema || this.wrong?.schema)}><summary>Structured output</summary><div class="stack near inside">
        ${this.text('schema', 'JSON Schema of the answer', { code: true, rows: 5 })}
        ${prompt.schema ? nothing : html`<p><button type="button" @click=${() => this.change('schema', JSON.stringify(SCHEMA, null, 2))}>Insert an example</button></p>`}</div></details>`;
  }

  serverField() {
    const known = this.serverTools ?? [];
    return field({
      id: 'playground-server-tools', label: 'Tools of the gateway',
      hint: known.length ? `Names with commas, or all. There are: ${known.join(', ')}` : 'Names with commas, or all; they run on the gateway.',
      control: html`<input id="playground-server-tools" aria-describedby="playground-server-tools-hint" autocomplete="off" .value=${live(this.prompt.serverTools ?? '')}
        @change=${(event) => this.change('serverTools', event.target.value)}>`,
    });
  }

  parameter({ name, type, options, ...limits }) {
    const id = `playground-${name}`;
    const change = (event) => this.change(name, event.target.value);
    return field({
      id, label: name, control: type === 'select'
        ? html`<select id=${id} @change=${change}><option value="">not sent</option>${options.map((value) => html`<option ?selected=${value === this.prompt[name]}>${value}</option>`)}</select>`
        : html`<input id=${id} type="number" min=${limits.min ?? nothing} max=${limits.max ?? nothing} step=${limits.step} placeholder="not sent" .value=${live(this.prompt[name] ?? '')} @change=${change}>`,
    });
  }
}

define('gp-playground-prompt', PlaygroundPrompt);
