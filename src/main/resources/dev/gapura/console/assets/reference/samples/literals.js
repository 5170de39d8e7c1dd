/**
 * Writes JSON values as literals of programming languages. Each text that comes out is one expression of its language,
 * whatever the value holds.
 */

const DEPTH = '  ';

const escaped = (text, escapes, otherwise) => text.toWellFormed()
  .replace(/[\u0000-\u001f\u007f"'\\$#`]/g, (one) => escapes[one] ?? (one < ' ' || one === '\x7f' ? otherwise(one.charCodeAt(0)) : one));

const hex = (code, digits) => code.toString(16).padStart(digits, '0');
const LINES = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** In single quotes, for a POSIX shell. */
export const shellString = (text) => `'${text.replaceAll("'", "'\\''")}'`;

export const pyString = (text) => `"${escaped(text, { ...LINES, '"': '\\"' }, (code) => `\\x${hex(code, 2)}`)}"`;

export const jsString = (text) => `'${escaped(text, { ...LINES, "'": "\\'" }, (code) => `\\x${hex(code, 2)}`)}'`;

export const javaString = (text) => `"${escaped(text, { ...LINES, '"': '\\"' }, (code) => `\\u${hex(code, 4)}`)}"`;

/** Go takes no byte order mark within a file. */
export const goString = (text) => `"${escaped(text, { ...LINES, '"': '\\"' }, (code) => `\\x${hex(code, 2)}`).replaceAll('\ufeff', '\\ufeff')}"`;

export const csString = (text) => `"${escaped(text, { ...LINES, '"': '\\"' }, (code) => `\\u${hex(code, 4)}`)}"`;

/** `#` is escaped, because `#{`, `#$` and `#@` put values in. */
export const rubyString = (text) => `"${escaped(text, { ...LINES, '"': '\\"', '#': '\\#' }, (code) => `\\x${hex(code, 2)}`)}"`;

/** Single quotes where nothing needs an escape of the other kind. */
export function phpString(text) {
  return /[\u0000-\u001f\u007f]/.test(text)
    ? `"${escaped(text, { ...LINES, '"': '\\"', $: '\\$' }, (code) => `\\x${hex(code, 2)}`)}"`
    : `'${text.toWellFormed().replace(/[\\']/g, '\\$&')}'`;
}

/**
 * A writer of whole values.
 *
 * @param {object} words `string`, `none`, `yes`, `no`, `list` and `object` as pairs of brackets, `key(name)` with what stands between it and its value, `emptyObject`
 */
function writer({ string, none = 'null', yes = 'true', no = 'false', list = '[]', object = '{}', emptyObject = object, key, wrap = (text) => text, step = DEPTH }) {
  const block = (brackets, items, indent) => {
    const inner = indent + step;
    return `${brackets[0]}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${brackets[1]}`;
  };
  const write = (value, indent = '') => {
    const inner = indent + step;
    if (value === null || value === undefined) return none;
    if (value === true) return yes;
    if (value === false) return no;
    if (typeof value === 'number') return JSON.stringify(value);
    if (typeof value === 'string') return string(value);
    if (Array.isArray(value)) return value.length ? block(list, value.map((item) => write(item, inner)), indent) : list;
    const entries = Object.entries(value);
    if (!entries.length) return emptyObject;
    return wrap(block(object, entries.map(([name, item]) => `${key(name)}${write(item, inner)}`), indent), value);
  };
  return write;
}

const jsName = (name) => (name !== '__proto__' && /^[A-Za-z_$][\w$]*$/.test(name) ? name : name === '__proto__' ? "['__proto__']" : jsString(name));

export const pyLiteral = writer({ string: pyString, none: 'None', yes: 'True', no: 'False', key: (name) => `${pyString(name)}: `, step: '    ' });

export const jsLiteral = writer({ string: jsString, key: (name) => `${jsName(name)}: ` });

export const rubyLiteral = writer({ string: rubyString, none: 'nil', key: (name) => (/^[A-Za-z_]\w*$/.test(name) ? `${name}: ` : `${rubyString(name)}: `) });

/** An object whose names are numbers is cast, or PHP would send a list. */
export const phpLiteral = writer({
  string: phpString,
  object: '[]',
  emptyObject: 'new stdClass()',
  key: (name) => `${phpString(name)} => `,
  wrap: (text, value) => (Object.keys(value).every((name) => /^\d+$/.test(name)) ? `(object) ${text}` : text),
  step: '    ',
});

export const json = (value, indent = 2) => JSON.stringify(value, null, indent);

/** javac takes 65,535 bytes of a constant; four bytes are the most that a character takes. */
const JAVA_MOST = 15_000;

/** JSON as a Java expression of type String: a text block, or parts that are joined where it is too long for one. */
export function javaJson(value, indent) {
  const text = json(value);
  if (text.length > JAVA_MOST) {
    const compact = JSON.stringify(value);
    const parts = [];
    for (let at = 0; at < compact.length;) {
      let end = Math.min(at + JAVA_MOST, compact.length);
      if (/[\ud800-\udbff]/.test(compact[end - 1]) && end < compact.length) end--;
      parts.push(javaString(compact.slice(at, end)));
      at = end;
    }
    return `String.join("",\n${parts.map((part) => `${indent}${part}`).join(',\n')})`;
  }
  const lines = text.toWellFormed().replaceAll('\\', '\\\\').split('\n');
  return `"""\n${lines.map((line) => `${indent}${line}`).join('\n')}"""`;
}

/** JSON as a raw string of Go; what must not stand in one can only be inside a JSON string, where it is written as an escape. */
export const goJson = (value) => `\`${json(value).replaceAll('`', '\\u0060').replaceAll('\ufeff', '\\ufeff')}\``;

/** JSON as a raw string of C#, which stands at the beginning of its lines. */
export const csJson = (value) => `"""\n${json(value)}\n"""`;

/** Puts spaces before every line but the first. */
export const indented = (text, indent) => text.replaceAll('\n', `\n${indent}`);
