const KEPT = 'gapura-try-it';
const FRAGMENT = '#request=';

/** What stands in the form when somebody comes for the first time. */
const FIRST = { body: { model: 'sim/echo', messages: [{ role: 'user', content: 'Hello, gateway' }], stream: true, stream_options: { include_usage: true } }, headers: {} };

const clone = (value) => structuredClone(value);

/** Text as base64 that may stand in URLs. */
function encode(text) {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

const decode = (text) => new TextDecoder('utf-8', { fatal: true })
  .decode(Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0)));

const plainObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** A link that opens the reference page with this request in its form. Never holds credentials. */
export const tryItLink = (body, headers = {}) => `/${FRAGMENT}${encode(JSON.stringify({ body, headers }))}`;

/** The request that such a link holds, null where it holds none that can be read. */
export function readLink(fragment) {
  if (!fragment.startsWith(FRAGMENT)) return null;
  try {
    const { body, headers = {} } = JSON.parse(decode(fragment.slice(FRAGMENT.length)));
    return plainObject(body) && plainObject(headers) ? { body, headers: texts(headers) } : null;
  } catch {
    return null;
  }
}

/** Header lines of our own alone: a link must not bring credentials. */
const texts = (headers) => Object.fromEntries(Object.entries(headers)
  .filter(([name, value]) => typeof value === 'string' && /^(x-gapura-[a-z-]+|idempotency-key|accept)$/.test(name)));

/**
 * The request as it stands on the page: `body` and `headers` are copies to read, `change` and `setHeader` alter it,
 * `subscribe` tells of every change. It outlives a reload of the page.
 */
class RequestState {
  #body;
  #headers;
  #watchers = new Set();

  constructor() {
    const linked = readLink(location.hash);
    if (linked) history.replaceState(null, '', location.pathname + location.search);
    const { body, headers } = linked ?? kept() ?? FIRST;
    this.#body = clone(body);
    this.#headers = { ...headers };
    addEventListener('hashchange', () => this.#follow());
  }

  /** A link that is opened on the page itself. */
  #follow() {
    const linked = readLink(location.hash);
    if (!linked) return;
    history.replaceState(null, '', location.pathname + location.search);
    this.open(linked);
  }

  get baseUrl() { return location.origin; }
  get body() { return this.#body; }
  get headers() { return this.#headers; }
  get stream() { return this.#body.stream === true || (this.#body.stream == null && this.#headers.accept === 'text/event-stream'); }

  /** Puts another body in its place. */
  replace(body) {
    this.#body = body;
    this.#changed();
  }

  /** Sets a member of the body; undefined takes it out. */
  set(name, value) {
    const next = { ...this.#body };
    if (value === undefined) delete next[name]; else next[name] = value;
    this.replace(next);
  }

  /** Sets a header; an empty value takes it out. */
  setHeader(name, value) {
    const next = { ...this.#headers };
    if (value) next[name] = value; else delete next[name];
    this.#headers = next;
    this.#changed();
  }

  /** Takes over another request, as from a link. */
  open({ body, headers }) {
    this.#headers = { ...headers };
    this.replace(clone(body));
  }

  reset() { this.open(FIRST); }

  link() { return new URL(tryItLink(this.#body, this.#headers), location.origin).href; }

  /** Calls `watcher` now and after every change; returns what ends that. */
  subscribe(watcher) {
    this.#watchers.add(watcher);
    watcher(this);
    return () => this.#watchers.delete(watcher);
  }

  #changed() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ body: this.#body, headers: this.#headers }));
    } catch { /* too large, or not allowed: the page works without */ }
    this.#watchers.forEach((watcher) => watcher(this));
  }
}

function kept() {
  try {
    const { body, headers } = JSON.parse(sessionStorage.getItem(KEPT));
    return plainObject(body) && plainObject(headers) ? { body, headers } : null;
  } catch {
    return null;
  }
}

let state = null;

/** The one request of the page. */
export const requestState = () => (state ??= new RequestState());
