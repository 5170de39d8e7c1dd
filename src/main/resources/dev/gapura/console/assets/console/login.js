import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { post, setSession } from '../ui/api.js';
import { failure, field } from '../ui/parts.js';

/** Logs in by address and password, or by a code that works once. */
export class Login extends Plain {
  static properties = { way: {}, error: {}, busy: { type: Boolean } };

  constructor() {
    super();
    // The link of a first start or an invitation: what stands behind # is not sent to anybody.
    this.code = new URLSearchParams(location.hash.slice(1)).get('code') ?? '';
    this.way = this.code ? 'code' : 'password';
    if (this.code) history.replaceState(null, '', location.pathname + location.search);
  }

  async send(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    this.busy = true;
    this.error = null;
    try {
      setSession(await post('/admin/api/session', Object.fromEntries(form)));
    } catch (error) {
      this.error = error;
    }
    this.busy = false;
  }

  render() {
    const code = this.way === 'code';
    return html`<h1>Log in</h1>
      <div class="tabs" role="tablist" aria-label="How to log in">
        <button type="button" role="tab" aria-selected=${!code} @click=${() => { this.way = 'password'; }}>Password</button>
        <button type="button" role="tab" aria-selected=${code} @click=${() => { this.way = 'code'; }}>Code</button></div>
      <form class="stack" @submit=${this.send}>
        ${code
          ? field({ id: 'code', label: 'Code', hint: 'Works once. The gateway prints one at its first start; an owner gives others.',
              control: html`<input id="code" name="code" class="code" required autocomplete="one-time-code" spellcheck="false" aria-describedby="code-hint" .value=${this.code}>` })
          : html`${field({ id: 'email', label: 'Email', control: html`<input id="email" name="email" type="text" inputmode="email" required autocomplete="username" spellcheck="false">` })}
            ${field({ id: 'password', label: 'Password', control: html`<input id="password" name="password" type="password" required autocomplete="current-password">` })}`}
        ${this.error ? failure(this.error) : nothing}
        <button class="primary" ?disabled=${this.busy}>${this.busy ? 'Logging in …' : 'Log in'}</button>
      </form>
      ${'oidc' in document.documentElement.dataset ? html`<div class="or"><span>or</span></div><a class="button" href="/admin/api/oidc">Log in with your identity provider</a>` : nothing}`;
  }
}

define('gp-login', Login);
