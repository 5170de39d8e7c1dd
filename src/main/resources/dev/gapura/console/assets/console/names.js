import { currentSession, get } from '../ui/api.js';

let asked = null;
let teamsAsked = null;

const listed = async (path) => {
  const names = new Map();
  let cursor = null;
  do {
    const page = await get(path, { cursor });
    page.data.forEach((one) => names.set(one.id, one.name || one.email || one.id));
    cursor = page.next ?? null;
  } while (cursor && names.size < 5000);
  return names;
};

const mayAsk = () => ['owner', 'admin'].includes(currentSession()?.person.role);

/** Names of people by id: of everybody for owners and administrators, one's own for others. Never fails; a name that is not known stays an id. */
export function people() {
  const me = currentSession()?.person;
  if (!mayAsk()) return Promise.resolve(new Map(me ? [[me.id, me.name || me.email]] : []));
  asked ??= listed('/admin/api/people').catch(() => { asked = null; return new Map(); });
  return asked;
}

/** Names of teams by id, as `people`. */
export function teams() {
  if (!mayAsk()) return Promise.resolve(new Map());
  teamsAsked ??= listed('/admin/api/teams').catch(() => { teamsAsked = null; return new Map(); });
  return teamsAsked;
}
