import { get } from '../ui/api.js';

const PAGE = 100;
/** Pages without a row that are skipped by themselves: a search looks at 20,000 rows a page. */
const MOST_EMPTY = 50;
const PAUSE_MS = 250;

/** A list of the admin API that comes in pages. What was asked before the newest question is no longer heard. */
export class Paged {
  rows = null;
  next = null;
  asked = 0;

  /** @param path of the list */
  constructor(path) {
    this.path = path;
  }

  /** Asks for the first page of what the query says. Resolves to whether this was the newest question. */
  ask(query) {
    this.query = query;
    return this.page(null);
  }

  /** Adds the next page. */
  more() {
    return this.page(this.next);
  }

  async page(cursor) {
    const number = ++this.asked;
    const found = [];
    let next = cursor;
    for (let skipped = 0; skipped < MOST_EMPTY; skipped++) {
      const page = await get(this.path, { limit: PAGE, ...this.query, cursor: next });
      if (number !== this.asked) return false;
      found.push(...page.data);
      next = page.next;
      if (found.length || !next) break;
    }
    this.rows = cursor ? [...this.rows, ...found] : found;
    this.next = next;
    return true;
  }
}

/** Does some work once nobody has asked for it for a moment: while somebody types, not at every letter. */
export function later(work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, PAUSE_MS);
  };
}

/** How many rows there are, or how many so far. */
export const soFar = ({ rows, next }, one, many) => `${rows.length} ${rows.length === 1 ? one : many}${next ? ' so far' : ''}`;
