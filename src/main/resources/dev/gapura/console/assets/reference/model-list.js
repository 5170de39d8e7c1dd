import { credential } from './credential.js';

let asked = null;
let askedWith = null;
let models = [];
const watchers = new Set();

/** The models that the credential may call, as far as they were asked for: entries of `/v1/models`. */
export const knownModels = () => models;

export function watchModels(watcher) {
  watchers.add(watcher);
  watcher(models);
  return () => watchers.delete(watcher);
}

/** Asks for the models, once for each credential. Throws what went wrong; without credential it resolves to none. */
export function loadModels() {
  if (!credential.there) return Promise.resolve([]);
  const using = credential.key ?? '';
  if (asked && askedWith === using) return asked;
  askedWith = using;
  asked = (async () => {
    const { call } = await import('./call.js');
    const response = await call('/v1/models', undefined, { key: credential.key });
    const json = await response.json();
    if (!response.ok) throw new Error(json.error?.message ?? `The gateway answered ${response.status}.`);
    models = json.data;
    watchers.forEach((watcher) => watcher(models));
    return models;
  })();
  asked.catch(() => { asked = null; });
  return asked;
}
