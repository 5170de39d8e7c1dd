import { html } from 'lit';

const OWNERS = ['owner', 'admin'];

/**
 * The pages of the console in the order of the menu: `name` is the path below /console, `roles` who sees it (absent:
 * everybody who is logged in), `group` where the menu has it (null: it has not), `load` fetches its module,
 * `show` is its element, `api` says that it calls /v1, which stands elsewhere where the console has a port of its own.
 */
export const PAGES = [
  { name: 'requests', title: 'Requests', group: 'Traffic', load: () => import('./requests.js'), show: () => html`<gp-requests class="stack"></gp-requests>` },
  { name: 'running', title: 'Running now', group: 'Traffic', load: () => import('./running.js'), show: () => html`<gp-running class="stack"></gp-running>` },
  { name: 'usage', title: 'Usage and cost', group: 'Traffic', load: () => import('./usage.js'), show: () => html`<gp-usage class="stack"></gp-usage>` },
  { name: 'playground', title: 'Playground', group: 'Build', api: true, roles: ['owner', 'admin', 'member'], load: () => import('./playground.js'), show: () => html`<gp-playground class="stack"></gp-playground>` },
  { name: 'setup', title: 'Client setup', group: 'Build', load: () => import('./setup.js'), show: () => html`<gp-setup class="stack"></gp-setup>` },
  { name: 'keys', title: 'Keys', group: 'Access', load: () => import('./keys.js'), show: () => html`<gp-keys class="stack"></gp-keys>` },
  { name: 'people', title: 'Teams and people', group: 'Access', load: () => import('./people.js'), show: () => html`<gp-people class="stack"></gp-people>` },
  { name: 'limits', title: 'Budgets', group: 'Access', load: () => import('./limits.js'), show: () => html`<gp-limits class="stack"></gp-limits>` },
  { name: 'providers', title: 'Providers and models', group: 'Gateway', roles: OWNERS, load: () => import('./providers.js'), show: () => html`<gp-providers class="stack"></gp-providers>` },
  { name: 'tools', title: 'Tools', group: 'Gateway', roles: OWNERS, load: () => import('./tools.js'), show: () => html`<gp-tools class="stack"></gp-tools>` },
  { name: 'settings', title: 'Settings', group: 'Gateway', roles: OWNERS, load: () => import('./settings.js'), show: () => html`<gp-settings class="stack"></gp-settings>` },
  { name: 'account', title: 'Your account', group: null, load: () => import('./account.js'), show: () => html`<gp-account class="stack"></gp-account>` },
];
