import { normalize } from 'node:path';
import { userOf } from './api-access';
import { FileProjection, Payload } from './atomic-writer';
import { KubeObject } from '../../control-plane/objects';
import { ObjectStore } from '../../control-plane/store';
import { ConfigError, filesOf, referenced } from '../environment/config-objects';
import { fileField, resourceField } from '../environment/downward-api';

/** What the files of volumes are made of. */
export interface ProjectionSources {
  readonly pod: KubeObject;
  readonly store: ObjectStore;
  readonly tokenFor: (projection: any) => string;
}

type Files = [path: string, file: FileProjection][];

/** Whether a volume is files that the kubelet writes and keeps up to date: such volumes can only be read. */
export function isProjection(volume: any): boolean {
  return Boolean(volume.configMap ?? volume.secret ?? volume.downwardAPI ?? volume.projected);
}

/**
 * The files of a volume of one of the kinds `configMap`, `secret`, `downwardAPI` and `projected`. Of two sources for one path, the later counts.
 *
 * @throws ConfigError where an object or a key is missing and not optional
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/volume/projected/projected.go collectData
 */
export function payloadOf({ configMap, secret, downwardAPI, projected }: any, sources: ProjectionSources): Payload {
  const { defaultMode } = configMap ?? secret ?? downwardAPI ?? projected;
  const projections = projected?.sources ?? [{ configMap, secret: secret && { ...secret, name: secret.secretName }, downwardAPI }];
  return new Map(projections.flatMap((projection: any) => filesOfSource(projection, defaultMode, sources)));
}

function filesOfSource({ configMap, secret, downwardAPI, serviceAccountToken }: any, mode: number, sources: ProjectionSources): Files {
  if (configMap) {
    return filesOfObject('ConfigMap', configMap, mode, sources);
  }
  if (secret) {
    return filesOfObject('Secret', secret, mode, sources);
  }
  return downwardAPI ? filesOfFields(downwardAPI.items ?? [], mode, sources.pod) : [tokenFile(serviceAccountToken, mode, sources)];
}

function filesOfObject(kind: 'ConfigMap' | 'Secret', reference: any, mode: number, sources: ProjectionSources): Files {
  const contents = contentsOf(kind, reference, sources);
  const items: any[] = reference.items?.length ? reference.items : Object.keys(contents).map(key => ({ key, path: key }));
  return items.filter(({ key }) => contents[key] || !reference.optional).map((item) => {
    const content = contents[item.key];
    if (!content) {
      throw new ConfigError(`${kind === 'Secret' ? 'references non-existent secret' : 'configmap references non-existent config'} key: ${item.key}`);
    }
    return [normalize(item.path), { content, mode: item.mode ?? mode }];
  });
}

function contentsOf(kind: 'ConfigMap' | 'Secret', reference: any, { pod, store }: ProjectionSources): Record<string, Buffer> {
  const object = referenced(store, kind, pod.metadata.namespace!, reference);
  return object ? filesOf(object) : {};
}

function filesOfFields(items: any[], mode: number, pod: KubeObject): Files {
  return items.map((item) => {
    const value = item.fieldRef ? fileField(item.fieldRef.fieldPath, pod) : resourceField(item.resourceFieldRef, pod);
    return [normalize(item.path), { content: Buffer.from(value), mode: item.mode ?? mode }];
  });
}

/**
 * A token is its pod's own: where it is known who reads it, by user or by group, nobody else may.
 *
 * @see https://kubernetes.io/docs/concepts/storage/projected-volumes/#securitycontext-interactions
 */
function tokenFile(projection: any, mode: number, { pod, tokenFor }: ProjectionSources): [string, FileProjection] {
  const uid = userOf(pod);
  const readerIsKnown = uid !== undefined || pod.spec.securityContext?.fsGroup !== undefined;
  return [normalize(projection.path), { content: Buffer.from(tokenFor(projection)), mode: readerIsKnown ? 0o600 : mode, uid }];
}
