import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goReplacements } from './go-replacements';
import { mavenSettings } from './maven-settings';
import { filesIn, ROOT, temporaryFolder, typescriptResultOf } from './programs';
import { scriptOf, stepsOf, Substitution } from './start-page';
import { outcomeOf, run } from '../../scripts/languages/command';
import { neighbours } from '../../scripts/languages/neighbours';
import { BUILT, DIST } from '../../scripts/languages/packages';

/** What differs from what the page says: the package is not in a registry yet, and some of those beside it are not in every registry. */
interface Difference {
  readonly substitutions?: Substitution[];
  readonly env?: Record<string, string>;
}

const DIFFERENCES: Record<string, (folder: string) => Difference> = {
  typescript: () => ({ substitutions: [{ instead: ' cdk8s-stateful ', by: ` ${join(DIST, 'js', readdirSync(join(DIST, 'js'))[0])} ` }] }),
  python: () => ({ env: { PIP_FIND_LINKS: join(DIST, 'python') } }),
  java: folder => {
    const settings = join(folder, 'settings.xml');
    writeFileSync(settings, mavenSettings());
    return {
      substitutions: [{ instead: '<version>0.1.0</version>', by: '<version>0.0.0</version>' }, { instead: 'mvn ', by: `mvn --settings ${settings} ` }],
    };
  },
  go: () => ({ substitutions: [{ instead: 'go mod tidy', by: `go mod edit ${goReplacements().join(' ')}\ngo mod tidy` }] }),
};

const present = ['typescript', ...(process.env.LANGUAGES ?? '').split(' ')];

describe.each(Object.keys(DIFFERENCES))('docs/start/%s.md', language => {
  (present.includes(language) ? test : test.skip)('leads from an empty folder to the manifest, and shows what is printed', async () => {
    const folder = temporaryFolder(`start-${language}`);
    try {
      const { substitutions = [], env } = DIFFERENCES[language](folder);
      const steps = stepsOf(readFileSync(join(ROOT, 'docs', 'start', `${language}.md`), 'utf8'));
      const { code, stdout, stderr } = await outcomeOf(['bash', '-c', scriptOf(steps, substitutions)], { cwd: folder, env });
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toBe(steps.map(step => step.kind === 'shown' ? step.output : '').join(''));
      expect(filesIn(join(folder, 'shop', 'dist'))).toEqual((await typescriptResultOf('readme')).files);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('docs/start/dotnet.md', () => {
  const program = readFileSync(join(__dirname, 'dotnet', 'Program.cs'), 'utf8');

  test('shows what jsii makes of the program in TypeScript', async () => {
    const translated = await run([
      join(ROOT, 'node_modules', '.bin', 'jsii-rosetta'), 'snippet', join(__dirname, 'typescript', 'readme.ts'), '--language', 'csharp',
    ]);
    expect(program.trim()).toBe(translated.trim());
  });

  test('uses no name that the sources for .NET do not have', async () => {
    await run([
      join(ROOT, 'node_modules', '.bin', 'jsii-pacmak'), '--target', 'dotnet', '--code-only', '--outdir', BUILT, ...neighbours().map(({ folder }) => folder),
    ]);
    const sources = sourcesIn(join(BUILT, 'dotnet'));
    // without text in quotes.
    const names = new Set(program.replace(/"[^"]*"/g, '').match(/\b[A-Z]\w+/g));
    expect([...names].filter(name => !new RegExp(`\\b${name}\\b`).test(sources))).toEqual([]);
    expect(names.size).toBeGreaterThan(20);
  });
});

function sourcesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.cs'))
    // what is said in comments is not there.
    .map(name => readFileSync(join(folder, name), 'utf8').replace(/^\s*\/\/.*$/gm, '')).join('\n');
}
