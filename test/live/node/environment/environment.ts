import { ConfigError, referenced, variablesOf } from './config-objects';
import { PodFacts, resourceField, variableField } from './downward-api';
import { expand, lookupIn } from './expansion';
import { linkedServices, serviceVariables } from './service-links';
import { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';

export { ConfigError } from './config-objects';
export type { PodFacts } from './downward-api';

/**
 * The variables that the kubelet gives to a container, which are those that `$(NAME)` can refer to: of services, then of `envFrom`, then of `env`,
 * of which the later count.
 *
 * @throws ConfigError
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go makeEnvironmentVariables
 */
export function environmentOf(container: any, facts: PodFacts, store: ObjectStore): Record<string, string> {
  const services = Object.assign({}, ...linkedServices(facts.pod, store).map(serviceVariables));
  const env: Record<string, string> = Object.assign({}, ...(container.envFrom ?? []).map((source: any) => variablesFrom(source, facts.pod, store)));
  for (const variable of container.env ?? []) {
    const value = variable.value
      ? expand(variable.value, lookupIn(env, services))
      : valueFrom(variable.valueFrom, container, facts, store);
    if (value !== undefined) {
      env[variable.name] = value;
    }
  }
  return { ...services, ...env };
}

/**
 * What a container's process finds in its environment, apart from `HOSTNAME` and a `PATH` that the runtime adds: what its image brings, and over it what
 * the kubelet gives. `$(NAME)` cannot refer to what comes from the image or the runtime.
 *
 * @see https://github.com/containerd/containerd/blob/release/1.7/pkg/cri/server/container_create_linux.go
 */
export function processEnvironment(image: { readonly env: Record<string, string> }, env: Record<string, string>): Record<string, string> {
  return { ...image.env, ...env };
}

/**
 * What a container runs. `command` stands for the image's entrypoint and puts its cmd away too; `args` stand for its cmd alone.
 *
 * @throws ConfigError if neither the container nor its image says
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 * @see https://github.com/containerd/containerd/blob/release/1.7/pkg/cri/opts/spec.go WithProcessArgs
 */
export function commandOf(container: any, image: { readonly entrypoint: string[]; readonly cmd: string[] }, env: Record<string, string>): string[] {
  const [command, args] = [container.command ?? [], container.args ?? []]
    .map((words: string[]) => words.map(word => expand(word, lookupIn(env))));
  const words = command.length > 0 ? [...command, ...args] : [...image.entrypoint, ...(args.length > 0 ? args : image.cmd)];
  if (words.length === 0) {
    throw new ConfigError('no command specified');
  }
  return words;
}

function variablesFrom({ prefix = '', configMapRef, secretRef }: any, { metadata }: KubeObject, store: ObjectStore): Record<string, string> {
  const object = configMapRef
    ? referenced(store, 'ConfigMap', metadata.namespace!, configMapRef)
    : referenced(store, 'Secret', metadata.namespace!, secretRef);
  return Object.fromEntries(Object.entries(object ? variablesOf(object) : {})
    .map(([key, value]) => [prefix + key, value])
    .filter(([name]) => isVariableName(name)));
}

/** The value from a source, or nothing where the source is optional and missing: the variable is then not set by it. */
function valueFrom(source: any, container: any, facts: PodFacts, store: ObjectStore): string | undefined {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source ?? {};
  if (fieldRef) {
    return variableField(fieldRef.fieldPath, facts);
  }
  if (resourceFieldRef) {
    return resourceField(resourceFieldRef, facts.pod, container);
  }
  if (configMapKeyRef) {
    return keyOf('ConfigMap', configMapKeyRef, facts.pod, store);
  }
  return secretKeyRef ? keyOf('Secret', secretKeyRef, facts.pod, store) : '';
}

function keyOf(kind: 'ConfigMap' | 'Secret', reference: any, { metadata }: KubeObject, store: ObjectStore): string | undefined {
  const object = referenced(store, kind, metadata.namespace!, reference);
  const value = object && variablesOf(object)[reference.key];
  if (object && value === undefined && !reference.optional) {
    throw new ConfigError(`couldn't find key ${reference.key} in ${kind} ${metadata.namespace}/${reference.name}`);
  }
  return value;
}

// a key that is no name of a variable is skipped without an error. https://kubernetes.io/docs/concepts/configuration/secret/#restrictions-secret-envfrom
function isVariableName(name: string): boolean {
  return /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name) && name !== '.' && !name.startsWith('..');
}
