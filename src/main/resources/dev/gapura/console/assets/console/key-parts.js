import { html } from 'lit';
import { copy, badge, dialog, secret } from '../ui/parts.js';
import { apiBase } from '../ui/base.js';

const WEEK = 7 * 86_400_000;

/** Whether a key works now, as a badge. */
export function keyState(key) {
  const now = Date.now();
  if (key.revoked) return badge('Revoked', 'bad');
  if (key.expires && key.expires <= now) return badge('Expired', 'bad');
  if (key.expires && key.expires - now < WEEK) return badge('Expires soon', 'warn');
  return badge('Active', 'good');
}

/** A line that calls the gateway with a key as it stands. */
export const curlLine = (key, model = 'sim/echo') => `curl ${apiBase()}/v1/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello"}]}'`;

/** Shows the secret of a key, which nobody can see again. */
export const showSecret = (title, made) => dialog(title, (close) => {
  const line = curlLine(made.secret);
  return html`<p>This is the secret of <strong>${made.key.name}</strong>. Keep it now: it is not shown again.</p>
    ${secret(made.secret)}
    <div class="spread"><h3>Try it</h3><button type="button" @click=${() => copy(line)}>Copy command</button></div>
    <pre tabindex="0"><code>${line}</code></pre>
    <div class="row end"><button type="button" class="primary" @click=${() => close(true)}>I have kept it</button></div>`;
});
