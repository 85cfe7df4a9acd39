import { createHash } from 'crypto';
import { ApiObject, ApiObjectMetadata } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct, IConstruct } from 'constructs';
import { ManifestObject } from './manifest-object';
import { refuse } from './refuse';

/** Environment variables whose values are kept in a ConfigMap of their own; nothing is made where there are none. */
export function variablesFrom(scope: Construct, id: string, metadata: ApiObjectMetadata, data: Record<string, string>): kplus.k8s.EnvVar[] {
  // some languages have maps whose order is another at every run; a pod template must not change with it.
  const names = Object.keys(data).sort();
  if (names.length === 0) {
    return [];
  }
  const configMap = new ManifestObject(scope, id, { metadata, key: 'data', content: () => data, ...kplus.k8s.KubeConfigMap.GVK });
  return names.map(name => ({ name, valueFrom: { configMapKeyRef: { name: configMap.name, key: name } } }));
}

/** The ConfigMap or Secret that a construct defines. */
export function configObject(at: IConstruct, config: IConstruct): ApiObject {
  const object = ApiObject.isApiObject(config) ? config : config?.node?.defaultChild as ApiObject | undefined;
  if (object?.kind !== 'ConfigMap' && object?.kind !== 'Secret') {
    refuse(at, 'restartOn() takes ConfigMaps and Secrets that are defined in this app, since only their content is known at synth;'
      + ` got ${object?.kind === undefined ? 'something that defines no object' : `the ${object.kind} '${object.name}'`}`);
  }
  return object;
}

/** The annotation by which a pod template differs when the content of one of these objects does; none where there are none. */
export function checksumAnnotation(objects: ApiObject[]): Record<string, string> {
  return objects.length > 0 ? { 'checksum/restart-on': checksumOf(objects) } : {};
}

/** A short text that differs when the content of one of these objects does, and not when its labels do. */
export function checksumOf(objects: ApiObject[]): string {
  const hash = createHash('sha256');
  for (const object of objects) {
    const { kind, metadata, data, binaryData, stringData } = object.toJson();
    hash.update(JSON.stringify([kind, metadata.name, data, binaryData, stringData]));
  }
  return hash.digest('hex').slice(0, 32);
}
