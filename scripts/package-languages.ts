import { buildPackages, Built } from './languages/packages';
import { LANGUAGES, missingFor } from './languages/toolchains';

function table(packages: readonly Built[]): string {
  const width = Math.max(...packages.map(({ artifact }) => artifact.length));
  return packages.map(({ language, artifact, seconds, note }) => `${language.padEnd(8)}${artifact.padEnd(width)}  ${seconds.toFixed(0)} s  ${note}`.trimEnd()).join('\n');
}

/** Makes the package of every language for which this machine has what it takes, in dist/. */
async function main(): Promise<void> {
  const problems = LANGUAGES.map(missingFor).filter(problem => problem !== undefined);
  console.log(table(await buildPackages(LANGUAGES.filter(language => missingFor(language) === undefined))));
  problems.forEach(problem => console.log(`not built: ${problem}`));
}

void main().catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
