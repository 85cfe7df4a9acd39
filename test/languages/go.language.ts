import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { goReplacements } from './go-replacements';
import { describeLanguage } from './suite';
import { run } from '../../scripts/languages/command';

describeLanguage('go', {
  async install(cwd) {
    await run(['go', 'mod', 'edit', ...goReplacements()], { cwd });
    await run(['go', 'mod', 'tidy'], { cwd });
    await run(['go', 'vet', './...'], { cwd });
    mkdirSync(join(cwd, 'bin'));
    await run(['go', 'build', '-o', 'bin', './...'], { cwd });
  },
  command: (program, folder) => [join(folder, 'bin', program.replaceAll('-', ''))],
  refusal: message => `panic: ${message}`,
  refusalAtSynth: message => `panic: ${message}`,
});
