import { isDeepStrictEqual } from 'node:util';
import { KubeObject } from './control-plane/objects';

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object as `kubectl apply` creates it: with a note of what was applied, which the next apply compares with. */
export function noted(wanted: KubeObject): KubeObject {
  const annotations = { ...wanted.metadata.annotations, [LAST_APPLIED]: JSON.stringify(wanted) };
  return { ...wanted, metadata: { ...wanted.metadata, annotations } };
}

/**
 * The JSON merge patch by which `kubectl apply` brings a live object to what is wanted: what stands in the last apply and no longer in this
 * one goes, what is wanted and different is set, and what others have set stays. So a `replicas` that the manifest never named survives.
 *
 * Lists are replaced as a whole. kubectl merges those of maps by key; it comes to the same as long as nobody else adds to them.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/declarative-config/#merge-patch-calculation
 */
export function threeWayPatch(live: KubeObject, wanted: KubeObject): object {
  const last = JSON.parse(live.metadata.annotations?.[LAST_APPLIED] ?? '{}');
  return merge(last, live, noted(wanted)) ?? {};
}

function merge(last: any, live: any, wanted: any): any {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(isMap(last) ? last : {})) {
    if (!(key in wanted) && key in live) {
      patch[key] = null;
    }
  }
  for (const [key, value] of Object.entries(wanted)) {
    if (isMap(value) && isMap(live[key])) {
      const inner = merge(last?.[key], live[key], value);
      if (inner !== undefined) {
        patch[key] = inner;
      }
    } else if (!isDeepStrictEqual(live[key], value)) {
      patch[key] = value;
    }
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function isMap(value: unknown): value is Record<string, any> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
