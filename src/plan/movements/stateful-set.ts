import { Pair } from '../model/pairs';
import { mapsOf } from '../model/pod-defaults';
import { InputProblem } from '../read/problem';
import { Tree } from '../read/yaml-document';

/** No cluster has more nodes that could each run one; and a plan should be read. */
export const MOST_REPLICAS = 10_000;

/** The fields of a StatefulSet that say which pods there are and how they are replaced. */
export interface SetFields {
  readonly first: number;
  readonly replicas: number;
  readonly partition: number;
  readonly ordered: boolean;
  readonly onDelete: boolean;
  readonly maxUnavailable: unknown;
  readonly whenScaled: string;
  readonly whenDeleted: string;
  readonly claimTemplates: readonly string[];
}

export function fieldsOf({ spec }: Tree, name: string): SetFields {
  const { rollingUpdate, type } = spec.updateStrategy;
  return {
    first: whole(spec.ordinals?.start ?? 0, 'spec.ordinals.start', name),
    replicas: whole(spec.replicas, 'spec.replicas', name),
    partition: type === 'OnDelete' ? 0 : whole(rollingUpdate?.partition ?? 0, 'spec.updateStrategy.rollingUpdate.partition', name),
    ordered: spec.podManagementPolicy !== 'Parallel',
    onDelete: type === 'OnDelete',
    maxUnavailable: rollingUpdate?.maxUnavailable,
    whenScaled: spec.persistentVolumeClaimRetentionPolicy.whenScaled,
    whenDeleted: spec.persistentVolumeClaimRetentionPolicy.whenDeleted,
    claimTemplates: mapsOf(spec.volumeClaimTemplates).map(({ metadata }) => String(metadata?.name)),
  };
}

function whole(value: unknown, field: string, name: string): number {
  const limit = field === 'spec.replicas' ? MOST_REPLICAS : 2 ** 31 - 1;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > limit) {
    throw new InputProblem(`StatefulSet ${name}`, `${field} must be a whole number from 0 to ${limit}, got ${JSON.stringify(value)}`);
  }
  return value;
}

/** The ordinals that a set asks for. */
export function ordinalsOf({ first, replicas }: SetFields): number[] {
  return Array.from({ length: replicas }, (_, i) => first + i);
}

export function isStatefulSet({ group, kind }: Pair): boolean {
  return group === 'apps' && kind === 'StatefulSet';
}

/** The ordinal at the end of the name of a set's pod or claim, or nothing where it is not one. */
export function ordinalIn(name: string, prefix: string): number | undefined {
  const digits = name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : '';
  return /^(?:0|[1-9]\d{0,9})$/.test(digits) ? Number(digits) : undefined;
}
