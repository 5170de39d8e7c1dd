import { currentSession } from '../ui/api.js';

/**
 * Sends a request to the API: with `key` as bearer where there is one, else as whoever is logged in. Failures of the
 * network are thrown, every answer is returned.
 */
export function call(path, body, { key = null, headers = {}, signal } = {}) {
  const sent = { ...headers };
  if (body !== undefined) sent['content-type'] = 'application/json';
  const session = currentSession();
  if (key) sent.authorization = `Bearer ${key}`;
  else if (session) sent['x-csrf-token'] = session.csrf_token;
  return fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: sent,
    body: body === undefined ? undefined : JSON.stringify(body),
    // With a key of its own a request must not also carry the session.
    credentials: key ? 'omit' : 'same-origin',
    signal,
  });
}
