import { html, nothing } from 'lit';
import { Plain, define } from '../ui/plain.js';
import { currentSession } from '../ui/api.js';
import { credential } from './credential.js';

/** With what requests of this page are sent: as whoever is logged in, or with a key. */
class CredentialField extends Plain {
  static properties = { wanted: { attribute: false } };

  connectedCallback() {
    super.connectedCallback();
    this.end = credential.subscribe(() => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end();
  }

  render() {
    const session = currentSession();
    const key = html`<div class="field"><label for="api-key">API key</label>
      <input id="api-key" type="password" class="code" autocomplete="off" spellcheck="false" placeholder="sk-gapura-…" .value=${credential.typed}
        aria-invalid=${this.wanted ? 'true' : nothing} aria-describedby="api-key-hint" @input=${(event) => credential.type(event.target.value)}>
      ${this.wanted ? html`<span class="error" role="alert">Enter an API key${session ? nothing : html`, or <a href="/console">log in</a>`}.</span>` : nothing}
      <span class="hint" id="api-key-hint">Sent as <code>Authorization: Bearer</code>; kept in this tab alone.</span></div>`;
    if (!session) return html`<form class="stack" @submit=${(event) => event.preventDefault()}>${key}</form>`;
    return html`<form class="stack" @submit=${(event) => event.preventDefault()}><fieldset class="plain"><legend class="label">Send as</legend>
      <div class="row"><span class="check"><input type="radio" name="credential" id="as-self" .checked=${credential.asSelf} @change=${() => { credential.asSelf = true; }}>
        <label for="as-self">${session.person.email}</label></span>
      <span class="check"><input type="radio" name="credential" id="as-key" .checked=${!credential.asSelf} @change=${() => { credential.asSelf = false; }}>
        <label for="as-key">an API key</label></span></div></fieldset>${credential.asSelf ? nothing : key}</form>`;
  }
}

define('gp-credential', CredentialField);
