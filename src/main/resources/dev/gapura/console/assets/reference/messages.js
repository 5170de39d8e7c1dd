import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { Plain, define } from '../ui/plain.js';
import './json-field.js';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];

/** The gateway's ordinary limit of a body is 32 MiB; base64 takes a third more than the picture. */
const MOST_BYTES = 20 * 1024 * 1024;

const parts = (content) => (Array.isArray(content) ? content : content ? [{ type: 'text', text: content }] : []);
const isText = (part) => part?.type === 'text' && typeof part.text === 'string';
const isImage = (part) => part?.type === 'image_url' && typeof (part.image_url?.url ?? part.image_url) === 'string';

/** Whether the editor shows all there is in a message; others are edited as JSON. */
function isPlain(message) {
  if (message === null || typeof message !== 'object') return false;
  const known = Object.keys(message).every((name) => ['role', 'content', 'tool_call_id', 'name'].includes(name));
  const { content } = message;
  if (!known || !ROLES.includes(message.role)) return false;
  if (content === undefined || content === null || typeof content === 'string') return true;
  return Array.isArray(content) && content.filter(isText).length <= 1 && content.every((part) => isText(part) || isImage(part))
    && content.findIndex(isText) <= 0;
}

const readFile = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

/** Edits a conversation: roles, texts, images by choosing, dropping and pasting. */
class Messages extends Plain {
  static properties = { value: { attribute: false }, change: { attribute: false }, trouble: { state: true }, over: { state: true } };

  list() { return Array.isArray(this.value) ? this.value : []; }

  replace(index, message) {
    const next = [...this.list()];
    if (message === undefined) next.splice(index, 1); else next[index] = message;
    this.change(next);
  }

  add() {
    const last = this.list().at(-1)?.role;
    this.change([...this.list(), { role: last === 'user' ? 'assistant' : 'user', content: '' }]);
  }

  setText(index, text) {
    const message = this.list()[index];
    if (!Array.isArray(message.content)) return this.replace(index, { ...message, content: text });
    const images = message.content.filter(isImage);
    return this.replace(index, { ...message, content: text ? [{ type: 'text', text }, ...images] : images });
  }

  async addImages(index, files) {
    this.trouble = null;
    for (const file of files) {
      if (!file.type.startsWith('image/')) {
        this.trouble = { index, text: `${file.name || 'That'} is no image.` };
      } else if (file.size > MOST_BYTES) {
        const { bytes } = await import('../ui/format.js');
        this.trouble = { index, text: `${file.name} has ${bytes(file.size)}; at most ${bytes(MOST_BYTES)} can be sent.` };
      } else {
        const url = await readFile(file);
        const message = this.list()[index];
        this.replace(index, { ...message, content: [...parts(message.content), { type: 'image_url', image_url: { url } }] });
        await this.updateComplete;
      }
    }
  }

  dropped(index, event) {
    this.over = null;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.addImages(index, files);
  }

  pasted(index, event) {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith('image/'));
    if (!files.length) return;
    event.preventDefault();
    this.addImages(index, files);
  }

  removeImage(index, part) {
    const message = this.list()[index];
    const left = message.content.filter((one) => one !== part);
    const only = left.length === 1 && isText(left[0]) ? left[0].text : left.length ? left : '';
    this.replace(index, { ...message, content: only });
  }

  plain(message, index) {
    const role = message.role;
    const text = typeof message.content === 'string' ? message.content : parts(message.content).find(isText)?.text ?? '';
    const images = Array.isArray(message.content) ? message.content.filter(isImage) : [];
    return html`${role === 'tool' ? html`<input type="text" class="code" aria-label="Id of the call that message ${index + 1} answers" placeholder="tool_call_id" .value=${live(message.tool_call_id ?? '')}
        @input=${(event) => this.replace(index, { ...message, tool_call_id: event.target.value })}>` : nothing}
      <textarea aria-label="Content of message ${index + 1}" rows="2" placeholder="What the ${role} says" .value=${live(text)} @input=${(event) => this.setText(index, event.target.value)}
        @paste=${role === 'user' ? (event) => this.pasted(index, event) : nothing}></textarea>
      ${images.length ? html`<div class="row thumbs">${images.map((part, at) => html`<figure class="thumb"><img src=${shownUrl(part)} alt="Image ${at + 1} of message ${index + 1}">
        <button type="button" aria-label="Remove image ${at + 1}" @click=${() => this.removeImage(index, part)}>✕</button></figure>`)}</div>` : nothing}`;
  }

  render() {
    return html`<ol class="messages">${this.list().map((message, index) => html`
      <li class="message ${this.over === index ? 'over' : ''}" @dragover=${(event) => { if (message?.role === 'user') { event.preventDefault(); this.over = index; } }}
        @dragleave=${() => { this.over = null; }} @drop=${(event) => message?.role === 'user' && this.dropped(index, event)}>
        <div class="spread"><select class="role" aria-label="Role of message ${index + 1}" @change=${(event) => this.replace(index, { ...message, role: event.target.value })}>
          ${[...new Set([...ROLES, message?.role])].filter(Boolean).map((role) => html`<option .selected=${message?.role === role} value=${role}>${role}</option>`)}</select>
          <span class="row">${message?.role === 'user' && isPlain(message) ? html`<label class="button quiet-button">Add image<input type="file" class="unseen" accept="image/*" multiple
            aria-label="Add image to message ${index + 1}" @change=${(event) => { this.addImages(index, [...event.target.files]); event.target.value = ''; }}></label>` : nothing}
          <button type="button" class="quiet" aria-label="Remove message ${index + 1}" @click=${() => this.replace(index, undefined)}>Remove</button></span></div>
        ${isPlain(message) ? this.plain(message, index) : html`<gp-json .value=${message} .label=${`Message ${index + 1}, as JSON`} .rows=${6} .change=${(next) => next !== undefined && this.replace(index, next)}></gp-json>`}
        ${this.trouble?.index === index ? html`<p class="error small" role="alert">${this.trouble.text}</p>` : nothing}</li>`)}</ol>
      <div class="row"><button type="button" @click=${() => this.add()}>Add message</button>
      <span class="hint small muted">Images can be dropped on a user message, or pasted into it.</span></div>`;
  }
}

/** The page loads no picture from elsewhere: those are shown by their address alone. */
const shownUrl = (part) => {
  const url = part.image_url?.url ?? part.image_url;
  return url.startsWith('data:image/') ? url : '';
};

define('gp-messages', Messages);
