import { applyPatch } from 'rfc6902';
import { badRequest, unsupportedMediaType } from './errors';
import { strategicMerge } from './strategic-merge';
import { KubeObject } from '../objects';
import { ApiError } from '../store';

/**
 * An object with a patch of one of the three kinds applied to it. The object itself stays as it is.
 *
 * @see https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 * @throws ApiError 415 for any other kind, such as a server-side apply; 422 for a JSON patch that does not fit the object
 */
export function patched(object: KubeObject, contentType: string, patch: any): KubeObject {
  const apply = KINDS[contentType];
  if (!apply) {
    throw unsupportedMediaType(Object.keys(KINDS));
  }
  const result = apply(structuredClone(object), patch);
  if (typeof result !== 'object' || result === null || Array.isArray(result)) {
    throw badRequest('a patch must leave an object');
  }
  return result as KubeObject;
}

const KINDS: Record<string, (object: KubeObject, patch: any) => unknown> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicMerge,
};

/** @see https://www.rfc-editor.org/rfc/rfc6902 */
function jsonPatch(object: KubeObject, patch: any): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest('a JSON patch must be a list of operations');
  }
  const [error] = applyPatch(object, patch).filter(result => result !== null);
  if (error) {
    throw new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${error.name}: ${error.message}`);
  }
  return object;
}

/** @see https://www.rfc-editor.org/rfc/rfc7386 */
function mergePatch(target: any, patch: any): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    return patch;
  }
  const result = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[key];
    } else {
      result[key] = mergePatch(result[key], value);
    }
  }
  return result;
}
