/** What samples have in common: which parts of a request a client library has its own words for. */

/** Address of the API as client libraries take it. */
export const apiUrl = (baseUrl) => `${baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1`;

/** The body without `stream`, which libraries write themselves. */
export function withoutStream(body) {
  const { stream, ...rest } = body;
  return rest;
}

/** Headers that libraries do not set themselves. */
export const ownHeaders = (headers = {}) => Object.entries(headers)
  .filter(([name]) => !['accept', 'authorization', 'content-type'].includes(name.toLowerCase()));

/** Members that `names` lists, and all others. */
export function parted(body, names) {
  const known = {};
  const others = {};
  for (const [name, value] of Object.entries(body)) (names.includes(name) ? known : others)[name] = value;
  return { known, others };
}

/** Whether the messages are texts of these roles and nothing more. */
export const onlyTexts = (messages, roles) => Array.isArray(messages) && messages.length > 0 && messages.every((message) => message !== null
  && typeof message === 'object' && roles.includes(message.role) && typeof message.content === 'string' && Object.keys(message).length === 2);

const whole = (value, most) => Number.isSafeInteger(value) && Math.abs(value) <= most;

/** Kinds of members of a builder, with the test whether a value fits. */
export const FITS = {
  number: (value) => typeof value === 'number',
  long: (value) => whole(value, Number.MAX_SAFE_INTEGER),
  int: (value) => whole(value, 0x7fffffff),
  flag: (value) => typeof value === 'boolean',
  text: (value) => typeof value === 'string',
  texts: (value) => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string'),
};

/**
 * Parts a body for a builder with typed members.
 *
 * @param {object} kinds name of the member to its kind in FITS
 * @returns members that fit as [name, kind, value], and all others as an object
 */
export function builderParts(body, kinds) {
  const typed = [];
  const others = {};
  for (const [name, value] of Object.entries(body)) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : null;
    if (kind && FITS[kind](value)) typed.push([name, kind, value]); else others[name] = value;
  }
  return { typed, others };
}

/** `max_tokens` as `maxTokens`. */
export const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
