import { ApiObjectMetadataDefinition } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { OBJECT_META } from './manifest-shapes';
import { refuse } from './refuse';
import { problemsOf, Shape } from './shape';

const METADATA_FIELDS = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences'];

/** Refuses a part of a manifest that Kubernetes would refuse; messages say where in the manifest, in Kubernetes' words. */
export function checkManifest(at: IConstruct, shape: Shape, manifest: unknown, where = ''): void {
  const problems = problemsOf(shape, manifest, where);
  if (problems.length > 0) {
    refuse(at, problems.join('; '));
  }
}

/** Refuses metadata that Kubernetes would refuse, whoever put it there: the chart, the props or a later `addLabel`. */
export function checkMetadata(at: IConstruct, metadata: ApiObjectMetadataDefinition): void {
  const manifest = metadata.toJson();
  checkManifest(at, OBJECT_META, manifest, 'metadata');
  const unknown = Object.keys(manifest).filter(field => !METADATA_FIELDS.includes(field));
  if (unknown.length > 0) {
    refuse(at, `metadata has no field ${unknown.map(field => `'${field}'`).join(', ')}: use ${METADATA_FIELDS.join(', ')}`);
  }
}

/** Which labels a service of cdk8s-plus selects by; it has no public member for them. */
export function selectorOf(service: kplus.Service): Record<string, string> {
  return (service as unknown as { _selector: Record<string, string> })._selector;
}

/** The object itself, or nothing if it is empty: manifests say only what was asked for. */
export function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}
