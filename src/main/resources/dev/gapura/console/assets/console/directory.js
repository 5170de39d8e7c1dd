import { get } from '../ui/api.js';
import { count } from '../ui/format.js';

const PAGES_AT_MOST = 8;
const PAGE = 500;

/** What to say beside people to choose from where not everybody was looked at; null where everybody was. */
export const leftOut = (cut) => (cut ? `Not everybody is listed: the first ${count(PAGES_AT_MOST * PAGE)} people were looked at. The admin API takes the id of any.` : null);

/** Names of organizations, teams and people that whoever is logged in may see, by their ids. */
export class Directory {
  /** The third is what `everybody` gives. */
  constructor(organizations, teams, { people, cut }) {
    this.organizations = organizations;
    this.teams = teams;
    this.people = people;
    this.cut = cut;
    this.names = new Map([...organizations, ...teams, ...people].map((one) => [one.id, one.name]));
  }

  /** The name, or the id of what may not be seen or is gone; null for null. */
  name(id) {
    return id ? this.names.get(id) ?? id : null;
  }

  /** Who did something, as the audit writes it (`person:ID`, `key:ID`, `command`, `gateway`), by name where there is one. */
  actor(text) {
    const [kind, id] = text.split(':');
    return kind === 'person' && id ? this.name(id) : kind === 'command' ? 'A command' : kind === 'gateway' ? 'The gateway' : text;
  }

  /** Asks for all three; the first few thousand people. */
  static async load() {
    const [organizations, teams, everybody] = await Promise.all([get('/admin/api/organizations'), get('/admin/api/teams'), Directory.everybody()]);
    return new Directory(organizations.data, teams.data, everybody);
  }

  /** The first few thousand people, and whether there are more (`cut`). */
  static async everybody() {
    const people = [];
    let cursor = null;
    for (let page = 0; page < PAGES_AT_MOST; page++) {
      const found = await get('/admin/api/people', { limit: PAGE, cursor });
      people.push(...found.data);
      cursor = found.next;
      if (!cursor) break;
    }
    return { people, cut: Boolean(cursor) };
  }
}
