import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import './json-field.js';

const STARTER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Current weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};

const nameOf = (tool) => tool?.function?.name ?? tool?.custom?.name ?? tool?.name ?? tool?.type ?? 'tool';

/** Edits the list of tools, each as JSON. */
class Tools extends Plain {
  static properties = { value: { attribute: false }, change: { attribute: false } };

  list() { return Array.isArray(this.value) ? this.value : []; }

  replace(index, tool) {
    const next = [...this.list()];
    if (tool === undefined) next.splice(index, 1); else next[index] = tool;
    this.change(next.length ? next : undefined);
  }

  fresh() {
    const names = new Set(this.list().map(nameOf));
    let name = STARTER.function.name;
    for (let at = 2; names.has(name); at++) name = `${STARTER.function.name}_${at}`;
    return { ...STARTER, function: { ...STARTER.function, name } };
  }

  render() {
    return html`${this.list().length ? html`<ol class="messages">${this.list().map((tool, index) => html`<li class="message">
        <div class="spread"><code>${nameOf(tool)}</code><button type="button" class="quiet" aria-label="Remove tool ${index + 1}" @click=${() => this.replace(index, undefined)}>Remove</button></div>
        <gp-json .value=${tool} .label=${`Tool ${index + 1}, as JSON`} .rows=${8} .change=${(next) => next !== undefined && this.replace(index, next)}></gp-json></li>`)}</ol>` : nothing}
      <div class="row"><button type="button" @click=${() => this.replace(this.list().length, this.fresh())}>Add tool</button>
      <button type="button" @click=${() => this.replace(this.list().length, { type: 'server', name: 'NAME' })}>Add server tool</button></div>`;
  }
}

define('gp-tools', Tools);
