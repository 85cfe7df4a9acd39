import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { environment } from '../../scripts/languages/command';
import { buildPackages } from '../../scripts/languages/packages';
import { LANGUAGES, missingFor } from '../../scripts/languages/toolchains';

const ROOT = join(__dirname, '..', '..');

/** Builds the packages of all languages for which this machine has what it takes, and runs the tests on them. */
async function main(jest: readonly string[]): Promise<number> {
  const problems = LANGUAGES.map(missingFor).filter(problem => problem !== undefined);
  problems.forEach(problem => console.log(`not run: ${problem}`));
  if (problems.length > 0 && process.env.LANGUAGE_TESTS === 'required') {
    console.log('LANGUAGE_TESTS=required, so nothing may be skipped: on Debian, scripts/install-languages-debian.sh installs all but Node and Go');
    return 1;
  }
  const languages = LANGUAGES.filter(language => missingFor(language) === undefined);
  for (const { language, artifact, seconds, note } of await buildPackages(languages)) {
    console.log(`built in ${seconds.toFixed(0)} s, ${language}: ${artifact} ${note}`.trimEnd());
  }
  const { status } = spawnSync(process.execPath, [require.resolve('jest/bin/jest'), '--config', join(__dirname, 'jest.config.json'), ...jest], {
    cwd: ROOT,
    env: environment({ LANGUAGES: languages.join(' ') }),
    stdio: 'inherit',
  });
  return status ?? 1;
}

void main(process.argv.slice(2)).then(code => { process.exitCode = code; }, error => {
  console.error(error.message);
  process.exitCode = 1;
});
