import { readFileSync } from 'node:fs';
import { App, Chart, Yaml } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { Manifests } from './cluster';
import { KubeObject } from './control-plane/objects';

/** What `kubectl apply -f` reads: the text that a chart becomes, parsed again. */
export function objectsOf(manifests: Manifests): KubeObject[] {
  if (manifests instanceof App) {
    return parsed(manifests.synthYaml());
  }
  if (manifests instanceof Chart) {
    return parsed(Yaml.stringify(...manifests.toJson()));
  }
  return structuredClone([...manifests]);
}

/** The objects of a file, e.g. of a golden manifest. */
export function objectsIn(file: string): KubeObject[] {
  return parsed(readFileSync(file, 'utf8'));
}

function parsed(text: string): KubeObject[] {
  return parseAllDocuments(text).map(document => document.toJS()).filter(object => object !== null);
}
