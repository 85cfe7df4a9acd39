import kplus = require('cdk8s-plus-27');
import { OBJECT_META } from './manifest-shapes';
import { Place, refuse, shown } from './refuse';
import { problemsOf, Shape } from './shape';

const METADATA_FIELDS = ['name', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences'];

/** Refuses a part of a manifest that Kubernetes would refuse; messages say where in the manifest, in Kubernetes' words. */
export function checkManifest(at: Place, shape: Shape, manifest: unknown, where = ''): void {
  const problems = problemsOf(shape, manifest, where);
  if (problems.length > 0) {
    refuse(at, problems.join('; '));
  }
}

const writtenParts = new WeakSet<object>();

/** A part of a manifest as it is written, made of a struct of cdk8s-plus; or refused, if Kubernetes would refuse it. */
export function writtenPart<T>(at: Place, shape: Shape, struct: T, where: string, toJson: (struct: T) => unknown): unknown {
  const written = writtenIfRight(shape, struct);
  if (written !== undefined) {
    return written;
  }
  const manifest = toJson(struct);
  checkManifest(at, shape, manifest, where);
  return manifest;
}

/** A part of a manifest as it is written, or nothing where something is wrong with it, or not plain. */
export function writtenIfRight(shape: Shape, struct: unknown): object | undefined {
  const written = shape.written(struct) as object | undefined;
  if (written !== undefined) {
    writtenParts.add(written);
  }
  return written;
}

/** Whether a part of a manifest is plain data in the order in which it is written, and nobody else's. */
export function isWritten(part: unknown): boolean {
  return writtenParts.has(part as object);
}

/** Refuses metadata that Kubernetes would refuse. */
export function checkMetadata(at: Place, metadata: unknown, where = 'metadata'): void {
  if (isWritten(metadata) || OBJECT_META.written(metadata) !== undefined) {
    return;
  }
  checkManifest(at, OBJECT_META, metadata, where);
  const unknown = Object.keys(metadata as object).filter(field => !METADATA_FIELDS.includes(field));
  if (unknown.length > 0) {
    refuse(at, `${where} has no field ${unknown.map(shown).join(', ')}: use ${METADATA_FIELDS.join(', ')}`);
  }
}

/** Which labels a service of cdk8s-plus selects by; it has no public member for them. */
export function selectorOf(service: kplus.Service): Record<string, string> {
  return (service as unknown as { _selector: Record<string, string> })._selector;
}

/** The object itself, or nothing if it is empty: manifests say only what was asked for. */
export function unlessEmpty<T extends object>(value: T | undefined): T | undefined {
  return Object.keys(value ?? {}).length > 0 ? value : undefined;
}

/**
 * `{ ...base, ...changes }`, after which V8 gives each object a shape of its own: that is slow to make, slow to read ever
 * after, and larger than the object. What is spread last (`{ key, ...rest }`) has none of that.
 */
export function changed<T, C>(base: T, changes: C): Omit<T, keyof C> & C {
  return Object.assign({}, base, changes);
}

/** A map in the order of its keys: some languages have maps whose order is another at every run, and no list that is made of one may change with it. */
export function inOrder<T>(map: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.keys(map).sort().map(key => [key, map[key]]));
}
