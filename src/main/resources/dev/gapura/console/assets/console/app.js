import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession, loadSession, remove, setSession, watchSession } from '../ui/api.js';
import { failure, loading } from '../ui/parts.js';
import { PAGES } from './pages.js';
import './login.js';

/** The console: who is logged in, the list of pages, and the page that the path names. */
class Console extends Plain {
  static properties = { session: {}, error: {}, ready: { type: Boolean }, path: {}, tag: {} };

  constructor() {
    super();
    this.ready = false;
    this.path = location.pathname;
  }

  connectedCallback() {
    super.connectedCallback();
    watchSession((session) => { this.session = session; });
    addEventListener('popstate', () => this.go(location.pathname + location.search, false));
    this.addEventListener('click', (event) => this.follow(event));
    this.begin();
  }

  async begin() {
    this.error = null;
    try {
      await loadSession();
    } catch (error) {
      this.error = error;
    }
    this.ready = true;
    this.load();
  }

  /** Links within the console change the page without leaving the document. */
  follow(event) {
    const link = event.target.closest?.('a[href]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const to = new URL(link.href);
    if (to.origin !== location.origin || !/^\/console(\/|$)/.test(to.pathname) || link.target) return;
    event.preventDefault();
    this.go(to.pathname + to.search, true);
  }

  go(to, push) {
    if (push) history.pushState(null, '', to);
    this.path = location.pathname;
    this.load();
    this.querySelector('.view')?.scrollTo?.(0, 0);
    if (push) scrollTo(0, 0);
  }

  pages() {
    const role = currentSession()?.person.role;
    const apart = Boolean(document.documentElement.dataset.apiPort);
    return PAGES.filter((page) => (!page.roles || page.roles.includes(role)) && !(page.api && apart));
  }

  current() {
    const name = this.path.split('/')[2] || 'requests';
    return this.pages().find((page) => page.name === name);
  }

  /** Shows the page of the path; one that is there already and has `navigated()` is told that the query changed. */
  async load() {
    const page = this.current();
    const shown = [...this.querySelector('.view')?.children ?? []].find((element) => element.navigated);
    if (page && page.name === this.tag && shown) {
      shown.navigated();
      return;
    }
    this.tag = null;
    if (!page || !currentSession()) return;
    document.title = `${page.title} · Gapura`;
    try {
      await page.load();
      this.tag = page.name;
    } catch (broken) {
      this.error = broken;
    }
  }

  updated(changed) {
    if (changed.has('session') && this.session && !this.tag) this.load();
    // On narrow screens the menu is one line, which may have to be scrolled.
    const here = this.querySelector('.side a[aria-current]');
    if (here !== this.here) here?.scrollIntoView({ block: 'nearest', inline: 'center' });
    this.here = here;
    const who = document.getElementById('who');
    if (who) this.showWho(who);
  }

  showWho(who) {
    const person = this.session?.person;
    who.replaceChildren();
    if (!person) return;
    const name = document.createElement('a');
    name.className = 'who-name clip';
    name.href = '/console/account';
    name.textContent = person.email;
    name.title = 'Your account: password and sessions';
    name.addEventListener('click', (event) => this.follow(event));
    const out = document.createElement('button');
    out.type = 'button';
    out.className = 'quiet';
    out.textContent = 'Log out';
    out.addEventListener('click', () => this.logOut());
    who.append(name, out);
  }

  async logOut() {
    try {
      await remove('/admin/api/session');
    } catch (refused) {
      if (refused.status !== 401) { this.error = refused; return; }
    }
    setSession(null);
  }

  /** Whoever came by a code, which works once, has to have a password to come back. */
  invitation(current) {
    const { person, method } = this.session;
    return method !== 'code' || person.has_password || current?.name === 'account' ? nothing
      : html`<p class="note warn"><span>You logged in with a code, which works once. <a href="/console/account">Set a password</a> so that you can come back.</span></p>`;
  }

  render() {
    if (!this.ready) return loading();
    if (this.error) return html`<div class="login">${failure(this.error, () => this.begin())}</div>`;
    if (!this.session) return html`<gp-login class="login"></gp-login>`;
    const current = this.current();
    let group = null;
    return html`
      <nav class="side" aria-label="Console">${this.pages().filter((page) => page.group).map((page) => {
        const heading = page.group !== group ? html`<div class="group">${page.group}</div>` : nothing;
        group = page.group;
        return html`${heading}<a href="/console/${page.name}" aria-current=${page === current ? 'page' : nothing}>${page.title}</a>`;
      })}<a class="own" href="/console/account" aria-current=${current?.name === 'account' ? 'page' : nothing}>Your account</a></nav>
      <section class="view" aria-label=${current?.title ?? 'Nothing here'}>${this.invitation(current)}${
        current ? (this.tag === current.name ? current.show() : loading()) : html`<h1>There is nothing here</h1><p><a href="/console">To the requests</a></p>`
      }</section>`;
  }
}

define('gp-console', Console);
