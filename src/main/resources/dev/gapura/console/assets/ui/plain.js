import { LitElement } from 'lit';

/** A component without shadow root, so that the one stylesheet, labels and the page's landmarks work in it. */
export class Plain extends LitElement {
  createRenderRoot() {
    this.replaceChildren();
    return this;
  }
}

/** Defines a component once, also when two pages import it. */
export function define(name, component) {
  if (!customElements.get(name)) customElements.define(name, component);
}
