import { shown } from './refuse';

// rules of the API server that look at several fields of a manifest at once; each says what is wrong, or nothing. Fields may be
// missing, or null, which means the same.
// @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/validation/validation.go

interface Expression {
  readonly operator?: unknown;
  readonly values?: readonly unknown[] | null;
}

interface Port {
  readonly containerPort?: number;
  readonly hostPort?: number | null;
  readonly hostIP?: string | null;
  readonly protocol?: string | null;
}

interface Container {
  readonly name?: string;
  readonly ports?: readonly Port[] | null;
  readonly volumeMounts?: ReadonlyArray<{ readonly name?: string; readonly mountPropagation?: string }> | null;
  readonly securityContext?: { readonly privileged?: boolean } | null;
}

interface Pod {
  readonly containers: readonly Container[];
  readonly hostNetwork?: boolean;
}

export function accessModesProblem(modes: readonly string[]): string | undefined {
  return modes.includes('ReadWriteOncePod') && modes.length > 1 ? `must have ReadWriteOncePod alone, got ${modes.join(', ')}` : undefined;
}

/** Of a selector by labels. */
export function expressionProblem(expression: Expression): string | undefined {
  const { operator } = expression;
  const values = expression.values ?? [];
  if (operator === 'In' || operator === 'NotIn') {
    return values.length === 0 ? `must have 'values' for ${operator}, got none` : undefined;
  }
  return (operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0
    ? `must have no 'values' for ${operator}, got ${values.map(shown).join(', ')}`
    : undefined;
}

/** Of the nodes that a pod may run on. */
export function nodeExpressionProblem(expression: Expression): string | undefined {
  const { operator } = expression;
  const values = expression.values ?? [];
  if (operator !== 'Gt' && operator !== 'Lt') {
    return expressionProblem(expression);
  }
  return values.length === 1 && /^[+-]?\d+$/.test(String(values[0])) ? undefined : `must have one whole number for ${operator}, got ${values.map(shown).join(', ') || 'none'}`;
}

export function containerProblem({ volumeMounts, securityContext }: Container): string | undefined {
  const mount = volumeMounts?.find(({ mountPropagation }) => mountPropagation === 'Bidirectional');
  return mount !== undefined && securityContext?.privileged !== true
    ? `must be privileged to mount '${mount.name}' with the propagation Bidirectional`
    : undefined;
}

export function podProblem({ containers, hostNetwork }: Pod): string | undefined {
  const used = new Map<string, string | undefined>();
  for (const { name, ports } of containers) {
    for (const { containerPort, hostPort, hostIP, protocol } of ports ?? []) {
      if ((hostPort ?? undefined) === undefined) {
        continue;
      }
      if (hostNetwork === true && hostPort !== containerPort) {
        return `must have the ports of its containers as those of its node, since it uses its network; got port ${containerPort} with 'hostPort' ${hostPort}`
          + ` in container '${name}': leave out 'hostPort'`;
      }
      const port = `${hostPort}/${protocol ?? 'TCP'}`;
      const place = `${hostIP ?? ''}/${port}`;
      if (used.has(place)) {
        return `must have each port of a node once, got ${port} in containers '${used.get(place)}' and '${name}'`;
      }
      used.set(place, name);
    }
  }
  return undefined;
}
