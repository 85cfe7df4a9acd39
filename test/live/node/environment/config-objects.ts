import { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';

/** Why a container cannot be made yet: its pod waits with the reason `CreateContainerConfigError`, and the kubelet tries again. */
export class ConfigError extends Error {}

/** The ConfigMap or Secret of a pod's namespace that it names, or nothing where that is missing and optional. */
export function referenced(
  store: ObjectStore, kind: 'ConfigMap' | 'Secret', namespace: string, { name, optional }: { name: string; optional?: boolean },
): KubeObject | undefined {
  const object = store.find(kind, namespace, name);
  if (!object && !optional) {
    throw new ConfigError(`${kind.toLowerCase()} "${name}" not found`);
  }
  return object;
}

/** What a ConfigMap or a Secret holds for files, by key: everything. */
export function filesOf({ kind, data, binaryData }: KubeObject): Record<string, Buffer> {
  const encoded = kind === 'Secret' ? data : binaryData;
  return { ...mapped(kind === 'Secret' ? {} : data, text => Buffer.from(text)), ...mapped(encoded, text => Buffer.from(text, 'base64')) };
}

/** What a ConfigMap or a Secret holds for variables, by key: text, so not what a ConfigMap has in `binaryData`. */
export function variablesOf({ kind, data }: KubeObject): Record<string, string> {
  return mapped(data, text => kind === 'Secret' ? Buffer.from(text, 'base64').toString() : text);
}

function mapped<T>(data: Record<string, string> | undefined, value: (text: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(data ?? {}).map(([key, text]) => [key, value(text)]));
}
