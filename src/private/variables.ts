import { ApiObjectMetadata } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ManifestObject } from './manifest-object';

/** Environment variables whose values are kept in a ConfigMap of their own; nothing is made where there are none. */
export function variablesFrom(scope: Construct, id: string, metadata: ApiObjectMetadata, data: Record<string, string>): kplus.k8s.EnvVar[] {
  const names = Object.keys(data);
  if (names.length === 0) {
    return [];
  }
  const configMap = new ManifestObject(scope, id, { ...kplus.k8s.KubeConfigMap.GVK, metadata, key: 'data', content: () => data });
  return names.map(name => ({ name, valueFrom: { configMapKeyRef: { name: configMap.name, key: name } } }));
}
