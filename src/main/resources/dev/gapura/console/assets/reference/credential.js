import { currentSession, watchSession } from '../ui/api.js';

const KEPT = 'gapura-key';

/** The key that requests of this page carry. It is kept for this tab alone, and never in links. */
class Credential {
  #key = read();
  #asSelf = !read();
  #watchers = new Set();

  constructor() {
    watchSession(() => this.#tell());
  }

  /** Null where requests go as whoever is logged in. */
  get key() { return this.asSelf ? null : this.#key || null; }
  get typed() { return this.#key; }
  get asSelf() { return Boolean(currentSession()) && this.#asSelf; }
  set asSelf(value) { this.#asSelf = value; this.#tell(); }

  /** Whether there is anything to call with. */
  get there() { return this.asSelf || Boolean(this.#key); }

  type(key) {
    this.#key = key.trim();
    try {
      if (this.#key) sessionStorage.setItem(KEPT, this.#key); else sessionStorage.removeItem(KEPT);
    } catch { /* lasts as long as the page then */ }
    this.#tell();
  }

  /** Calls `watcher` now and whenever it changes. */
  subscribe(watcher) {
    this.#watchers.add(watcher);
    watcher(this);
    return () => this.#watchers.delete(watcher);
  }

  #tell() { this.#watchers.forEach((watcher) => watcher(this)); }
}

function read() {
  try { return sessionStorage.getItem(KEPT) ?? ''; } catch { return ''; }
}

export const credential = new Credential();
