/** `|`, `>-`, `|2+`: the style, then how deep the text is and what becomes of line ends behind it. */
const HEADER = /^([|>])(?:([1-9])([-+]?)|([-+]?)([1-9]?))(?:\s+#.*|\s*)$/;

/** How a block of text is to be read. */
export interface BlockHeader {
  readonly folded: boolean;
  /** How much deeper than its parent the text is; 0 = as its first line. */
  readonly indent: number;
  readonly chomp: string;
}

export function blockHeader(text: string): BlockHeader | undefined {
  const match = HEADER.exec(text);
  return match ? { folded: match[1] === '>', indent: Number(match[2] ?? (match[5] || 0)), chomp: match[3] ?? match[4] } : undefined;
}

/** The text of lines whose indentation is already taken off; what is blank is empty. */
export function blockText(lines: string[], { folded, chomp }: BlockHeader): string {
  let end = lines.length;
  while (end > 0 && lines[end - 1] === '') {
    end--;
  }
  const content = lines.slice(0, end);
  const text = folded ? foldedText(content) : content.join('\n');
  if (chomp === '-' || (end === 0 && chomp !== '+')) {
    return text;
  }
  return text + (end === 0 ? '' : '\n') + (chomp === '+' ? '\n'.repeat(lines.length - end) : '');
}

/** Lines become one, but where one is empty or deeper than the rest. */
function foldedText(lines: string[]): string {
  let text = '';
  let wasDeep = true;
  let blanks = 0;
  for (const [i, line] of lines.entries()) {
    if (line === '') {
      blanks++;
      continue;
    }
    const isDeep = /^[ \t]/.test(line);
    const keeps = wasDeep || isDeep;
    if (i === blanks && text === '') {
      text += '\n'.repeat(blanks);
    } else {
      text += blanks > 0 ? '\n'.repeat(keeps ? blanks + 1 : blanks) : keeps ? '\n' : ' ';
    }
    text += line;
    wasDeep = isDeep;
    blanks = 0;
  }
  return text;
}
