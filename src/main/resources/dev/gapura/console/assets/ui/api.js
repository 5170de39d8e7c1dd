/** What the gateway refused, in its own words. `status` is 0 where it could not be reached. */
export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? `The gateway answered ${status}.`);
    this.status = status;
    this.code = error?.code ?? null;
    this.param = error?.param ?? null;
    this.requestId = error?.request_id ?? null;
  }
}

let session = null;
const watchers = new Set();

/** Who is logged in: the session of the admin API, null for nobody. */
export const currentSession = () => session;

/** Calls `watcher` now and whenever somebody logs in or out; returns what ends that. */
export function watchSession(watcher) {
  watchers.add(watcher);
  watcher(session);
  return () => watchers.delete(watcher);
}

export function setSession(next) {
  session = next;
  watchers.forEach((watcher) => watcher(session));
}

/** Asks who is logged in, where the browser has a session at all. */
export async function loadSession() {
  if (!('session' in document.documentElement.dataset)) {
    setSession(null);
    return null;
  }
  try {
    setSession(await get('/admin/api/session'));
  } catch (refused) {
    if (refused.status !== 401) throw refused;
    setSession(null);
  }
  return session;
}

/** Path with a query; values that are null or empty are left out. */
export function withQuery(path, query = {}) {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') params.set(name, value);
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function call(method, path, body, signal) {
  const headers = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && session) headers['x-csrf-token'] = session.csrf_token;
  let response;
  try {
    response = await fetch(path, { method, headers, signal, credentials: 'same-origin', body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (away) {
    if (away.name === 'AbortError') throw away;
    throw new ApiError(0, { message: 'The gateway does not answer. Is it running?' });
  }
  const text = await response.text();
  let json = null;
  try { json = text ? JSON.parse(text) : null; } catch { /* told below by its status */ }
  if (!response.ok) {
    if (response.status === 401 && session && path !== '/admin/api/session') setSession(null);
    throw new ApiError(response.status, json?.error);
  }
  return json;
}

export const get = (path, query, signal) => call('GET', withQuery(path, query), undefined, signal);
export const post = (path, body = {}) => call('POST', path, body);
export const put = (path, body = {}) => call('PUT', path, body);
export const patch = (path, body = {}) => call('PATCH', path, body);
export const remove = (path) => call('DELETE', path);
