const NULL = /^(?:~|null|Null|NULL)?$/;
const TRUE = /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/;
const FALSE = /^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;
const DECIMAL = /^[-+]?(?:\.\d+|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/;
const OCTAL = /^([-+]?)0o?([0-7_]+)$/;
const OTHER_BASE = /^([-+]?)(0x[\da-fA-F_]+|0b[01_]+)$/;
const MAYBE_TYPED = /^[-+.\d~yYnNtTfFoO]|^$/;

/**
 * What plain text stands for, as `kubectl` reads it: YAML 1.1 without times and numbers of base 60.
 *
 * @see https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
export function scalarOf(text: string): unknown {
  if (!MAYBE_TYPED.test(text)) {
    return text;
  }
  if (NULL.test(text)) {
    return null;
  }
  if (TRUE.test(text) || FALSE.test(text)) {
    return TRUE.test(text);
  }
  const [, sign, digits] = OCTAL.exec(text) ?? OTHER_BASE.exec(text) ?? [];
  if (digits !== undefined) {
    const plain = digits.replaceAll('_', '');
    const value = /^0[xb]/.test(plain) ? Number(plain) : parseInt(plain, 8);
    return sign === '-' ? -value : value;
  }
  return DECIMAL.test(text) ? Number(text.replaceAll('_', '')) : text;
}

/**
 * Where text in quotes ends in a line: at its quote, at a backslash with nothing behind it, or at the end of the line. It looks for those alone, since an
 * expression for all of the text has no room for a long one.
 */
export function endOfQuoted(line: string, from: number, quote: string): number {
  const special = quote === '"' ? /["\\]/g : /'/g;
  special.lastIndex = from;
  for (let found = special.exec(line); found !== null; found = special.exec(line)) {
    const { 0: sign, index } = found;
    const isPair = sign === '\\' ? index + 1 < line.length : sign === '\'' && line[index + 1] === '\'';
    if (!isPair) {
      return index;
    }
    special.lastIndex = index + 2;
  }
  return line.length;
}

const ESCAPES: Record<string, string> = {
  '0': '\0',
  'a': '\x07',
  'b': '\b',
  't': '\t',
  '\t': '\t',
  'n': '\n',
  'v': '\v',
  'f': '\f',
  'r': '\r',
  'e': '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  'N': '\x85',
  '_': '\xa0',
  'L': '\u2028',
  'P': '\u2029',
};

/** The text of escapes, or nothing where one is unknown. */
export function unescaped(text: string): string | undefined {
  let known = true;
  const result = text.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^])/g, (_, escape: string) => {
    const code = escape.length > 1 ? parseInt(escape.slice(1), 16) : undefined;
    known &&= code === undefined ? ESCAPES[escape] !== undefined : code <= 0x10ffff;
    return code === undefined ? ESCAPES[escape] : String.fromCodePoint(Math.min(code, 0x10ffff));
  });
  return known ? result : undefined;
}
