import { badRequest, unsupportedMediaType } from './errors';
import { RequestInfo, Resource, Target } from './resources';

/** A request for a resource that is served. */
export type ResourceRequest = RequestInfo & { readonly target: Target; readonly resource: Resource };

/** The body of a request, as it came. */
export interface Content {
  /** Without parameters such as a charset; empty if the client did not say. */
  readonly type: string;
  readonly text: string;
}

export interface Answer {
  readonly code: number;
  /** Sent as plain text if it is a string. */
  readonly body: unknown;
}

/**
 * The object, or the list of operations, that a client has sent.
 *
 * @throws ApiError 415 for YAML, protobuf and the like; 400 for what is not JSON
 */
export function jsonOf({ type, text }: Content): any {
  if (type && !/^application\/([\w.-]+\+)?json$/.test(type)) {
    throw unsupportedMediaType(['application/json']);
  }
  const value = parse(text);
  if (typeof value !== 'object' || value === null) {
    throw badRequest('the object provided is unrecognized (must be of type Object)');
  }
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`the object provided is unrecognized: ${(error as Error).message}`);
  }
}
