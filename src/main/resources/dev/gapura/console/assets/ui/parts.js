import { html, nothing, render } from 'lit';

/** Head of a view: title, one sentence, actions on the right. */
export const head = (title, lead, actions = nothing) => html`
  <div class="view-head"><div class="stack tight"><h1>${title}</h1>${lead ? html`<p>${lead}</p>` : nothing}</div>
  <div class="row">${actions}</div></div>`;

export const loading = (what = 'Loading …') => html`<p class="loading" role="status">${what}</p>`;

/** What is shown where there is nothing yet: why, and what to do. */
export const empty = (title, text, action = nothing) => html`
  <div class="empty"><h2>${title}</h2>${text ? html`<p>${text}</p>` : nothing}${action}</div>`;

/** A failure in the gateway's words, with its request id for whoever looks it up. */
export const failure = (error, retry = null) => html`
  <div class="note bad" role="alert"><strong>${error.message}</strong>
    ${error.code || error.requestId ? html`<span class="small muted">${[error.code, error.requestId].filter(Boolean).join(' · ')}</span>` : nothing}
    ${retry ? html`<span><button type="button" @click=${retry}>Try again</button></span>` : nothing}</div>`;

export const badge = (text, tone = '') => html`<span class="badge ${tone}">${text}</span>`;

let ids = 0;
export const freshId = (prefix = 'f') => `${prefix}-${++ids}`;

/** A labelled control. `control` is given the id to carry, and the id of what describes it. */
export function field({ id, label, hint = null, error = null, control }) {
  return html`<div class="field"><label for=${id}>${label}</label>${control}
    ${hint ? html`<span class="hint" id="${id}-hint">${hint}</span>` : nothing}
    ${error ? html`<span class="error" id="${id}-error" role="alert">${error}</span>` : nothing}</div>`;
}

/** Shows a message for a while, and reads it out. */
export function toast(text, tone = 'good') {
  let place = document.querySelector('.toasts');
  if (!place) {
    place = document.createElement('div');
    place.className = 'toasts';
    place.setAttribute('role', 'status');
    document.body.append(place);
  }
  const note = document.createElement('div');
  note.className = `note ${tone}`;
  note.textContent = text;
  place.append(note);
  setTimeout(() => note.remove(), 6000);
}

/**
 * Opens a dialog. `content(close, update)` gives its template; what `close` is called with is what the promise
 * resolves to, undefined where it was dismissed.
 */
export function dialog(title, content, { wide = false } = {}) {
  return new Promise((resolve) => {
    const element = document.createElement('dialog');
    if (wide) element.className = 'wide';
    const id = freshId('dialog');
    element.setAttribute('aria-labelledby', id);
    let result;
    const close = (value) => { result = value; element.close(); };
    const update = () => render(html`<div><div class="spread"><h2 id=${id}>${title}</h2>
      <button type="button" class="quiet" aria-label="Close" @click=${() => close()}>✕</button></div>${content(close, update)}</div>`, element);
    element.addEventListener('close', () => { element.remove(); resolve(result); });
    document.body.append(element);
    update();
    element.showModal();
  });
}

/** Asks before something that cannot be taken back. Resolves to whether it was confirmed. */
export const confirm = (title, text, action = 'Delete') => dialog(title, (close) => html`
  <p>${text}</p><div class="row end"><button type="button" @click=${() => close(false)}>Cancel</button>
  <button type="button" class="danger" @click=${() => close(true)}>${action}</button></div>`).then(Boolean);

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('Copied.');
  } catch {
    toast('The browser does not let this page copy. Select the text instead.', 'warn');
  }
}

/** A secret that is shown once. */
export const secret = (text) => html`<div class="secret"><code>${text}</code>
  <button type="button" @click=${() => copy(text)}>Copy</button></div>`;
