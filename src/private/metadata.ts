import { ApiObject, ApiObjectMetadataDefinition, App, ImplicitTokenResolver, LazyResolver, NumberStringUnionResolver } from 'cdk8s';
import { OBJECT_META } from './manifest-shapes';
import { changed, unlessEmpty, writtenIfRight } from './manifests';

/** They change nothing in plain data; what any other resolver does, only cdk8s can do. */
const USUAL_RESOLVERS: unknown[] = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

/** What cdk8s keeps of metadata; it has no public member for most of it. */
interface Kept {
  readonly labels: object;
  readonly annotations: object;
  readonly finalizers: object;
  readonly ownerReferences: object;
  readonly _additionalAttributes: object;
}

/** Whether nothing but tokens is resolved in an object. */
export function hasUsualResolvers(object: ApiObject): boolean {
  // where there is no app there are none, and cdk8s says so.
  return App.of(object).resolvers?.every(resolver => USUAL_RESOLVERS.includes(resolver.constructor)) ?? false;
}

/**
 * What `definition.toJson()` says, in one pass in place of three: cdk8s looks for tokens in every text, and copies all twice.
 *
 * @param definition the metadata of an object, or of the pods that it makes.
 * @param object the object.
 */
export function metadataOf(definition: ApiObjectMetadataDefinition, object: ApiObject): unknown {
  return (hasUsualResolvers(object) && isKept(definition) ? plainMetadata(definition, definition) : undefined) ?? definition.toJson();
}

function isKept(definition: object): definition is Kept {
  const { labels, annotations, finalizers, ownerReferences, _additionalAttributes } = definition as Kept;
  return [labels, annotations, finalizers, ownerReferences, _additionalAttributes].every(isObject);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object';
}

function plainMetadata(kept: Kept, { name, namespace }: ApiObjectMetadataDefinition): unknown {
  return unlessEmpty(writtenIfRight(OBJECT_META, changed(kept._additionalAttributes, {
    name,
    namespace,
    annotations: unlessEmpty(kept.annotations),
    finalizers: unlessEmpty(kept.finalizers),
    ownerReferences: unlessEmpty(kept.ownerReferences),
    labels: unlessEmpty(kept.labels),
  })));
}
