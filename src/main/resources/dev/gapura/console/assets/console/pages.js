import { html } from 'lit';

const OWNERS = ['owner', 'admin'];

/**
 * The pages of the console in the order of the menu: `name` is the path below /console, `roles` who sees it (absent:
 * everybody who is logged in), `load` fetches its module, `show` is its element.
 */
export const PAGES = [
  { name: 'requests', title: 'Requests', group: 'Traffic', load: () => import('./requests.js'), show: () => html`<gp-requests class="stack"></gp-requests>` },
  { name: 'keys', title: 'Keys', group: 'Access', load: () => import('./keys.js'), show: () => html`<gp-keys class="stack"></gp-keys>` },
];
