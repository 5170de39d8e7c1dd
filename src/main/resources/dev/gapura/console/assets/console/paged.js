import { html, nothing } from 'lit';
import { get } from '../ui/api.js';
import { count } from '../ui/format.js';

const PAGE = 100;
/** Pages without a row that are skipped by themselves: a search looks at 20,000 rows a page. */
const MOST_EMPTY = 50;
const PAUSE_MS = 250;

/** A list of the admin API, a page of it at a time. What was asked before the newest question is no longer heard. */
export class Paged {
  rows = null;
  next = null;
  /** Where each page up to this one begins: its cursor, and the number of its first row. */
  trail = [];
  asked = 0;

  /** @param path of the list */
  constructor(path) {
    this.path = path;
  }

  /** Asks for the first page of what the query says. */
  ask(query) {
    this.query = query;
    return this.page([{ cursor: null, first: 1 }]);
  }

  /** Asks for the page after this one. */
  forward() {
    return this.page([...this.trail, { cursor: this.next, first: this.trail.at(-1).first + this.rows.length }]);
  }

  /** Asks for the page before this one. */
  back() {
    return this.page(this.trail.slice(0, -1));
  }

  async page(trail) {
    const number = ++this.asked;
    const { query } = this;
    let page = { data: [], next: trail.at(-1).cursor };
    for (let skipped = 0; skipped < MOST_EMPTY && !page.data.length && (page.next || !skipped); skipped++) {
      page = await get(this.path, { limit: PAGE, ...query, cursor: page.next });
      if (number !== this.asked) return;
    }
    this.rows = page.data;
    this.next = page.next;
    this.trail = trail;
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

/** How many rows there are, or which of them these are. */
export function counted({ rows, next, trail }, one, many) {
  const { first } = trail.at(-1);
  if (next || trail.length > 1) return `${many[0].toUpperCase()}${many.slice(1)} ${count(first)} to ${count(first + rows.length - 1)}`;
  return `${rows.length} ${rows.length === 1 ? one : many}`;
}

/** Buttons to the pages before and after; `turn` shows what its argument asks for. */
export const turning = (list, turn) => (list.next || list.trail.length > 1 ? html`<nav class="row" aria-label="Pages">
  <button type="button" ?disabled=${list.trail.length < 2} @click=${() => turn(() => list.back())}>Previous</button>
  <button type="button" ?disabled=${!list.next} @click=${() => turn(() => list.forward())}>Next</button></nav>` : nothing);
