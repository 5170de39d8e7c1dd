/** Light colours for code: comments, strings and words of the language. Not a parser; what it does not know stays plain. */

const STRING = String.raw`"""[^]*?"""|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\]|\\[^])*'|` + '`[^`]*`';
/** A backslash has no meaning between single quotes of a shell. */
const SHELL_STRING = String.raw`'[^']*'|"(?:[^"\\]|\\[^])*"`;
const COMMENTS = { shell: '(?<=^|\\s)#[^\\n]*', python: '#[^\\n]*', ruby: '#[^\\n]*', php: '//[^\\n]*' };
const WORDS = {
  shell: 'curl',
  python: 'import from for in or if as True False None print',
  javascript: 'import from const new await for of true false null',
  java: 'import public class static void new try throws return true false null String',
  go: 'package import func for range if panic nil true false map string any',
  csharp: 'using new await while is true false null',
  ruby: 'require do end true false nil puts print',
  php: 'require new foreach as echo true false null',
};
/** Longer programs, which hold whole pictures, stay plain. */
const MOST = 30_000;

const patterns = new Map();

function pattern(language) {
  if (!patterns.has(language)) {
    patterns.set(language, new RegExp(`(?<comment>${COMMENTS[language] ?? '//[^\\n]*'})|(?<string>${language === 'shell' ? SHELL_STRING : STRING})|(?<word>\\b(?:${WORDS[language].split(' ').join('|')})\\b)`, 'g'));
  }
  return patterns.get(language);
}

/** Parts of a program as [kind, text]; `kind` is `comment`, `string`, `word` or null. Joined they are the program. */
export function coloured(text, language) {
  if (text.length > MOST) return [[null, text]];
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(pattern(language))) {
    if (match.index > at) parts.push([null, text.slice(at, match.index)]);
    const kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    parts.push([kind, match[0]]);
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push([null, text.slice(at)]);
  return parts;
}
