import { html } from 'lit';
import { Plain, define } from '../ui/plain.js';
import './request-list.js';
import './request.js';

/** The history: the list, or the one request that `?id=` names. The list stays as it is while one is looked at. */
class Requests extends Plain {
  static properties = { opened: {} };

  constructor() {
    super();
    this.opened = new URLSearchParams(location.search).get('id');
  }

  /** The console calls this when the query changed, by a link or by going back. */
  navigated() {
    this.opened = new URLSearchParams(location.search).get('id');
    if (!this.opened) this.querySelector('gp-request-list')?.navigated();
  }

  render() {
    return html`
      ${this.opened ? html`<gp-request class="stack" .request=${this.opened}></gp-request>` : ''}
      <gp-request-list class="stack" ?hidden=${Boolean(this.opened)}></gp-request-list>`;
  }
}

define('gp-requests', Requests);
