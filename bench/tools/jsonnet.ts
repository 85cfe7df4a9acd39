import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { documents } from '../peers/documents';
import { ChartOfApps } from '../workload';

/** Stands for the name of an app in the objects of one. */
const NAME = 'the-name-of-the-app';

/** As YAML, like everybody else; or as documents of JSON, which jsonnet prints by itself and not by a program in jsonnet. */
export const jsonnet = {
  prepare: (charts: ChartOfApps[], folder: string) => prepare(charts, folder, (objects) => `std.manifestYamlStream(${objects})`),
  command: (folder: string) => command('--string', folder),
};
export const jsonnetJson = {
  prepare: (charts: ChartOfApps[], folder: string) => prepare(charts, folder, (objects) => objects),
  command: (folder: string) => command('--yaml-stream', folder),
};

/** A function from the name of an app to its objects, and the list of names. */
function prepare(charts: ChartOfApps[], folder: string, print: (objects: string) => string): void {
  const objects = JSON.stringify(documents(NAME)).replaceAll(`"${NAME}"`, 'name');
  for (const { name, apps } of charts) {
    fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(path.join(folder, name, 'main.jsonnet'), [
      `local app(name) = ${objects};`,
      `local names = ${JSON.stringify(apps)};`,
      print('std.flattenArrays([app(name) for name in names])'),
      '',
    ].join('\n'));
  }
}

function command(format: string, folder: string): string[] | undefined {
  return spawnSync('jsonnet', ['--version']).error ? undefined : ['jsonnet', format, path.join(folder, 'main.jsonnet')];
}
