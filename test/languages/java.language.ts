import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { mavenSettings } from './maven-settings';
import { ProgramName } from './programs';
import { describeLanguage } from './suite';
import { run } from '../../scripts/languages/command';
import { DEPENDENCY_PLUGIN } from '../../scripts/languages/neighbours';

const CLASSES: Record<ProgramName, string> = {
  'myapp': 'MyApp',
  'canary': 'WebServers',
  'etcd': 'Etcd',
  'readme': 'Shop',
  'tour': 'Tour',
  'review': 'Review',
  'refused': 'Refused',
  'refused-at-synth': 'RefusedAtSynth',
};

describeLanguage('java', {
  async install(folder) {
    const settings = join(folder, 'settings.xml');
    writeFileSync(settings, mavenSettings());
    await run([
      'mvn', '--quiet', '--batch-mode', '--settings', settings, 'compile', `${DEPENDENCY_PLUGIN}:build-classpath`, '-Dmdep.outputFile=classpath.txt',
    ], { cwd: folder });
  },
  command: (program, folder) => [
    'java', '-cp', [join(folder, 'target', 'classes'), readFileSync(join(folder, 'classpath.txt'), 'utf8')].join(delimiter), `org.example.${CLASSES[program]}`,
  ],
  refusal: message => `Exception in thread "main" software.amazon.jsii.JsiiError: ${message}`,
  refusalAtSynth: message => `Exception in thread "main" java.lang.RuntimeException: ${message}`,
});
