import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './programs';
import { neighbours } from '../../scripts/languages/neighbours';

const page = readFileSync(join(ROOT, 'docs', 'versions.md'), 'utf8');
const row = (name: string) => page.split('\n').find(line => line.startsWith(`| ${name} |`))!;
const read = (file: string) => readFileSync(join(__dirname, file), 'utf8');

/** The versions on which programs run, by language. */
const VERSIONS: Record<string, (name: string) => string> = {
  TypeScript: name => neighbours().find(({ folder }) => folder.endsWith(`/${name}`))!.version,
  Python: name => new RegExp(`^${name}==(.*)$`, 'm').exec(read('python/requirements.txt'))![1],
  Java: name => new RegExp(`<artifactId>${name}</artifactId>\\s*<version>(.*)</version>`).exec(read('java/pom.xml'))![1],
  Go: name => new RegExp(`/${name.replaceAll('-', '')}/v\\d+ v(.*)$`, 'm').exec(read('go/go.mod'))![1],
};

test.each(['cdk8s', 'cdk8s-plus-27', 'constructs'])('docs/versions.md says on which versions of %s programs run', name => {
  const [, , lowest, shown] = row(name).split('|').map(cell => cell.trim());
  // "TypeScript and Go 1.0, Java 2.0".
  const found = shown.split(/(?<=\d),? /).flatMap(group => {
    const [, languages, version] = /^(.*) (\S+?),?$/.exec(group)!;
    return languages.split(/, | and /).map(language => [language, version]);
  });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(Object.keys(VERSIONS).map(language => [language, VERSIONS[language](name)])));
  expect(lowest).toBe(VERSIONS.Go(name));
});
