/** What a page tells its reader to do, in order. */
export type Step =
  | { readonly kind: 'commands'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'shown'; readonly command: string; readonly output: string };

/** A block, and the line before it if that only names a file. */
const BLOCK = /(?:^`([^`\n]+)`:\n+(?:<!-- program \w+ -->\n+)?)?^```(\w+)[^\n]*\n(.*?)^```$/gms;

/**
 * The steps of a page: `sh` blocks are commands, a block below a line that is nothing but the name of a file and a colon is that file, and a
 * `console` block is a command with what it prints. Other blocks are not for the reader to do.
 */
export function stepsOf(page: string): Step[] {
  return [...page.matchAll(BLOCK)].flatMap(([, name, language, text]): Step[] => {
    if (name !== undefined) {
      return [{ kind: 'file', name, text }];
    }
    if (language === 'console') {
      const [, command, output] = /^\$ (.*?)\n(.*)$/s.exec(text)!;
      return [{ kind: 'shown', command, output }];
    }
    return language === 'sh' ? [{ kind: 'commands', text }] : [];
  });
}

/** What one step has to say in another way as long as no registry has the package. */
export interface Substitution {
  readonly instead: string;
  readonly by: string;
}

/** One script that does all steps in one shell, so that a folder or an environment that was entered stays; it prints what is shown. */
export function scriptOf(steps: readonly Step[], substitutions: readonly Substitution[]): string {
  const used = new Set<Substitution>();
  const substituted = (text: string) => substitutions.reduce((result, substitution) => {
    if (result.includes(substitution.instead)) {
      used.add(substitution);
    }
    return result.replaceAll(substitution.instead, substitution.by);
  }, text);
  const lines = steps.map(step => {
    switch (step.kind) {
      case 'commands': return `{ ${substituted(step.text)}} >&2`;
      // an editor makes folders, too.
      case 'file': return `mkdir -p "$(dirname '${step.name}')"\ncat > '${step.name}' <<'END-OF-FILE'\n${substituted(step.text)}END-OF-FILE`;
      case 'shown': return step.command;
    }
  });
  const unused = substitutions.filter(substitution => !used.has(substitution));
  if (unused.length > 0) {
    throw new Error(`the page does not say ${unused.map(({ instead }) => `"${instead}"`).join(', ')}`);
  }
  return `set -euo pipefail\n${lines.join('\n')}\n`;
}
