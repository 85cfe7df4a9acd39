/**
 * Puts the values of variables in place of `$(NAME)`. What `lookup` does not know stays as it is written, and `$$` is a plain dollar sign.
 *
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/third_party/forked/golang/expansion/expand.go
 */
export function expand(text: string, lookup: (name: string) => string | undefined): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name?: string) => name === undefined ? '$' : lookup(name) ?? reference);
}

/** A lookup in records, of which the first one that has the name counts. */
export function lookupIn(...records: Record<string, string>[]): (name: string) => string | undefined {
  // a record's own names only: `$(constructor)` is nobody's variable.
  return name => records.find(record => Object.hasOwn(record, name))?.[name];
}
