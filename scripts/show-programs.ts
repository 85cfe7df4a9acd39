import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const PROGRAMS = join(ROOT, 'test', 'languages');

/** The pages that show one program in several languages. */
const PAGES = ['README.md', ...['typescript', 'python', 'java', 'go', 'dotnet'].map(page => `docs/start/${page}.md`)];

/** The program in each language: the file that is run by a test, and how it is marked in a page. */
const FILES: Readonly<Record<string, readonly [string, string]>> = {
  typescript: ['typescript/readme.ts', 'ts nofixture'],
  python: ['python/readme.py', 'python'],
  java: ['java/src/main/java/org/example/Shop.java', 'java'],
  go: ['go/readme/main.go', 'go'],
  csharp: ['dotnet/Program.cs', 'csharp'],
};

const PLACE = /(?<=<!-- program (\w+) -->\n).*?(?=<!-- \/program -->)/gs;

/** A page, with the programs that it shows as they are now. */
export function withPrograms(page: string): string {
  return page.replace(PLACE, (_, language: string) => {
    const [file, info] = FILES[language];
    return `\n\`\`\`${info}\n${readFileSync(join(PROGRAMS, file), 'utf8')}\`\`\`\n\n`;
  });
}

if (require.main === module) {
  for (const page of PAGES) {
    const path = join(ROOT, page);
    writeFileSync(path, withPrograms(readFileSync(path, 'utf8')));
  }
}
