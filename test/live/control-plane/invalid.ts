import { KubeObject } from './objects';
import { ApiError } from './store';

/** What is wrong with one field, in the words of the API server. */
export const forbidden = (field: string, detail: string) => `${field}: Forbidden: ${detail}`;
export const required = (field: string, detail?: string) => `${field}: Required value${detail === undefined ? '' : `: ${detail}`}`;
export const invalid = (field: string, value: unknown, detail: string) => `${field}: Invalid value: ${goSyntax(value)}: ${detail}`;
export const unsupported = (field: string, value: string, ...supported: string[]) =>
  `${field}: Unsupported value: ${goSyntax(value)}: supported values: ${supported.map(goSyntax).join(', ')}`;

/**
 * The answer to an object that may not be as it is: all that is wrong with it, after its kind, group and name.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go, NewInvalid
 */
export function invalidObject({ apiVersion, kind, metadata }: KubeObject, errors: readonly string[]): ApiError {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  const causes = errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${group === undefined ? kind : `${kind}.${group}`} ${JSON.stringify(metadata.name)} is invalid: ${causes}`);
}

/** A value as Go's `%#v` prints it, if it is a string, a list or a map of strings; else as JSON, for want of Go's types. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) {
    return `[]string{${value.map(goSyntax).join(', ')}}`;
  }
  if (typeof value === 'object' && value !== null && Object.values(value).every(item => typeof item === 'string')) {
    return `map[string]string{${Object.entries(value).sort().map(([key, item]) => `${goSyntax(key)}:${goSyntax(item)}`).join(', ')}}`;
  }
  return JSON.stringify(value ?? 'null');
}
