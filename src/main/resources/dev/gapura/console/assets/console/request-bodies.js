import { html, nothing } from 'lit';
import { bytes } from '../ui/format.js';
import { copy } from '../ui/parts.js';

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** What the client sent as an object, null where it is not kept as a whole. */
export function sentBody(found) {
  const body = found.request_body && parsed(found.request_body.text);
  return body && typeof body === 'object' && !Array.isArray(body) ? body : null;
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The request for a shell, with the key in a variable. */
export function curl(row, body) {
  const lines = [`curl ${body.stream === true ? '-N ' : ''}${quoted(location.origin + row.route)}`, '-H "authorization: Bearer $GAPURA_KEY"',
    `-H ${quoted('content-type: application/json')}`, `-d ${quoted(JSON.stringify(body))}`];
  return lines.join(' \\\n  ');
}

/** What the events of a streamed answer say together. */
function said(text) {
  let content = '';
  for (const line of text.split('\n')) {
    const chunk = line.startsWith('data: {') ? parsed(line.slice(6)) : null;
    content += chunk?.choices?.[0]?.delta?.content ?? '';
  }
  return content;
}

function body(title, kept, absent) {
  if (!kept?.text) return html`<div class="stack near"><h3>${title}</h3><p class="muted small">${kept ? 'Empty.' : absent}</p></div>`;
  const json = parsed(kept.text);
  const length = new TextEncoder().encode(kept.text).length;
  const text = json ? JSON.stringify(json, null, 2) : kept.text;
  const words = json ? '' : said(kept.text);
  return html`<div class="stack near"><div class="spread"><h3>${title}</h3><span class="row small muted">${length < kept.bytes
    ? `the first ${bytes(length)} of ${bytes(kept.bytes)}` : bytes(kept.bytes)}
    <button type="button" @click=${() => copy(kept.text)} aria-label="Copy: ${title}">Copy</button></span></div>
    ${words ? html`<p class="said card">${words}</p><details><summary class="small">The stream as it was sent</summary>${block(text, title)}</details>` : block(text, title)}</div>`;
}

const block = (text, title) => html`<pre class="body" tabindex="0" role="region" aria-label=${title}><code>${text}</code></pre>`;

/** What was said on both sides of the gateway, where that is kept, else how to keep it. */
export function bodies(row, found) {
  if (!row.bodies || !(found.request_body || found.answer_body)) {
    return html`<section class="stack near"><h2>Bodies</h2><p class="note">The bodies of this request are not kept, neither the client’s nor the provider’s.
      <span>With <code>storage: { history: { bodies: all } }</code> in gapura.yaml (or <code>errors</code>),
      or <code>bodies</code> in the policy of a key, those of later ones are.</span></p></section>`;
  }
  const called = row.attempts > 0;
  return html`<section class="stack near"><h2>Bodies</h2><div class="bodies">
    ${body('Request', found.request_body, 'Not kept.')}
    ${body('Request to the provider', found.upstream_request_body, called ? 'Not kept.' : 'No provider was called.')}
    ${body('Answer', found.answer_body, 'Not kept.')}
    ${called ? body('Answer of the provider', found.upstream_answer_body, 'Nothing else: the client got it in the provider’s own words, or none came.') : nothing}</div>
    ${row.attempts > 1 ? html`<p class="small muted">Of the provider’s side those of the last call are kept.</p>` : nothing}</section>`;
}
