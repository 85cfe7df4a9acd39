import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ProgramName } from './programs';
import { describeLanguage } from './suite';
import { run } from '../../scripts/languages/command';
import { DIST } from '../../scripts/languages/packages';

describeLanguage('python', {
  async install(folder) {
    await run(['python3', '-m', 'venv', join(folder, 'venv')]);
    const wheels = readdirSync(join(DIST, 'python')).filter(name => name.endsWith('.whl')).map(name => join(DIST, 'python', name));
    await run([join(folder, 'venv', 'bin', 'pip'), 'install', '--requirement', join(folder, 'requirements.txt'), ...wheels]);
  },
  command: (program: ProgramName, folder) => [join(folder, 'venv', 'bin', 'python'), join(folder, `${program.replaceAll('-', '_')}.py`)],
  refusal: message => `RuntimeError: ${message}`,
  refusalAtSynth: message => `RuntimeError: ${message}`,
});
