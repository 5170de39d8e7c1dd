import { LitElement } from 'lit';

/** A component without shadow root, so that the one stylesheet, labels and the page's landmarks work in it. */
export class Plain extends LitElement {
  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  /** Does some work whose failure is shown: it is the component's `error` until the next attempt. */
  async attempt(work) {
    this.error = null;
    try {
      await work();
    } catch (error) {
      this.error = error;
    }
  }
}

/** Defines a component once, also when two pages import it. */
export function define(name, component) {
  if (!customElements.get(name)) customElements.define(name, component);
}
