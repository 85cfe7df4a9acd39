import { qualifiedName, RequestInfo, Target } from './resources';
import { ApiError } from '../store';

/** An answer of the API server that says, besides what is wrong, of which kind the causes are. */
export class CausedError extends ApiError {
  constructor(code: number, reason: string, message: string, readonly causes: readonly { reason: string; message: string }[]) {
    super(code, reason, message);
  }
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** The API server's words for an object that is not there. */
export function notFound(target: Target): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedName(target)} "${target.name}" not found`);
}

/** The API server's words for a path or a resource that does not exist at all. */
export function noSuchResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

export function unauthorized(): ApiError {
  return new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/**
 * A failure in the form that clients take apart: they look at `code` and `reason`, people at `message`.
 *
 * @see https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#response-status-kind
 */
export function failure(error: unknown, { target }: Partial<RequestInfo> = {}): { code: number; [field: string]: unknown } {
  if (!(error instanceof ApiError)) {
    const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
  }
  const { code, reason } = error;
  const details = {
    ...(target && { name: target.name, group: target.group || undefined, kind: target.resource }),
    ...(error instanceof CausedError && { causes: error.causes }),
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: inServersWords(error, target), reason, details, code };
}

/** The store speaks of `Pod default/etcd-0`; clients and people know how the API server says it. */
function inServersWords({ code, reason, message }: ApiError, target?: Target): string {
  if (target && code === 409 && reason === 'AlreadyExists') {
    return message.replace(/^\S+ (?:\S+\/)?(\S+) already exists$/, `${qualifiedName(target)} "$1" already exists`);
  }
  if (target && code === 409 && reason === 'Conflict') {
    return message.replace(/^\S+ \S+: (the object has been modified.*)$/,
      `Operation cannot be fulfilled on ${qualifiedName(target)} "${target.name}": $1 and try again`);
  }
  return message;
}
