import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { documents } from '../peers/documents';
import { ChartOfApps } from '../workload';

/** Stands for the name of an app in the objects of one. */
const NAME = 'the-name-of-the-app';

/** A function from the name of an app to its objects, and the list of names. */
export function prepare(charts: ChartOfApps[], folder: string): void {
  const objects = JSON.stringify(documents(NAME)).replaceAll(`"${NAME}"`, 'name');
  for (const { name, apps } of charts) {
    fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(path.join(folder, name, 'main.jsonnet'), [
      `local app(name) = ${objects};`,
      `local names = ${JSON.stringify(apps)};`,
      'std.manifestYamlStream(std.flattenArrays([app(name) for name in names]), indent_array_in_object=false, c_document_end=false)',
      '',
    ].join('\n'));
  }
}

export function command(folder: string): string[] | undefined {
  return spawnSync('jsonnet', ['--version']).error ? undefined : ['jsonnet', '--string', path.join(folder, 'main.jsonnet')];
}
