import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { freshId } from '../ui/parts.js';

const pretty = (value) => (value === undefined ? '' : JSON.stringify(value, null, 2));

/** Says what is wrong with a text that is not JSON, and where. */
export function jsonFault(text, error) {
  const said = String(error.message).replace(/^JSON\.parse: /, '').replace(/ in JSON at position.*$| at line \d+ column \d+.*$/, '');
  const position = /position (\d+)/.exec(error.message);
  const place = /line (\d+) column (\d+)/.exec(error.message);
  if (place) return `Line ${place[1]}, column ${place[2]}: ${said}.`;
  if (!position) return `Not valid JSON: ${said}.`;
  const before = text.slice(0, Number(position[1])).split('\n');
  return `Line ${before.length}, column ${before.at(-1).length + 1}: ${said}.`;
}

/**
 * A JSON value as text. `value` is what it shows, `change` is called with each text that can be read; a text that cannot
 * be read is told with its place, and changes nothing. `words` lets a text that is no JSON stand for itself, `check`
 * may say what else is wrong.
 */
class JsonField extends Plain {
  static properties = { value: { attribute: false }, change: { attribute: false }, check: { attribute: false }, label: {}, rows: { type: Number }, words: { type: Boolean }, error: { state: true } };

  constructor() {
    super();
    this.fieldId = freshId('json');
    this.rows = 3;
    this.error = null;
  }

  willUpdate(changed) {
    // The text stays as it was typed while it means the same.
    if (changed.has('value') && JSON.stringify(this.value) !== JSON.stringify(this.meant)) {
      this.text = this.words && typeof this.value === 'string' ? this.value : pretty(this.value);
      this.meant = this.value;
      this.error = null;
    }
  }

  input(text) {
    this.text = text;
    this.error = null;
    let value;
    try {
      value = text.trim() === '' ? undefined : JSON.parse(text);
    } catch (malformed) {
      if (!this.words || /^\s*[[{"]/.test(text)) {
        this.error = jsonFault(text, malformed);
        return;
      }
      value = text;
    }
    this.error = this.check?.(value) ?? null;
    if (this.error) return;
    this.meant = value;
    this.change(value);
  }

  render() {
    return html`<textarea class="code" id=${this.fieldId} rows=${this.rows} spellcheck="false" autocapitalize="off" aria-label=${this.label}
      aria-invalid=${this.error ? 'true' : nothing} aria-describedby=${this.error ? `${this.fieldId}-error` : nothing}
      .value=${this.text ?? ''} @input=${(event) => this.input(event.target.value)}></textarea>
      ${this.error ? html`<p class="error small" role="alert" id="${this.fieldId}-error">${this.error}</p>` : nothing}`;
  }
}

define('gp-json', JsonField);
