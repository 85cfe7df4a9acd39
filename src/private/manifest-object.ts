import { ApiObject, ApiObjectMetadata, App, ImplicitTokenResolver, JsonPatch, Lazy, LazyResolver, NumberStringUnionResolver, Yaml } from 'cdk8s';
import { Construct } from 'constructs';
import { yamlOf } from './manifest-text';

/** Properties for `ManifestObject`. */
export interface ManifestObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: ApiObjectMetadata;

  /** The field of the manifest that has the content. */
  readonly key: 'spec' | 'data';

  /** Makes the content, in the names of manifests; what is undefined or null is left out. */
  readonly content: () => unknown;
}

/** They change nothing in plain data; what any other resolver does, only cdk8s can do. */
const USUAL_RESOLVERS: unknown[] = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

/** What cdk8s puts between documents. */
const SEPARATOR = '---\n';

/** No manifest is deeper, but data that contains itself. */
const DEEP = 100;

/**
 * An object of Kubernetes whose manifest is plain data.
 *
 * For a thousand objects, cdk8s takes most of the time to look for tokens where there are none, and to print by way of a syntax
 * tree. The same manifest and the same bytes come of one pass over the content and one over the manifest. Whatever is out of the
 * ordinary - JSON patches, resolvers, tokens, classes - is left to cdk8s.
 */
export class ManifestObject extends ApiObject {
  private isPatched = false;
  private content: () => unknown;

  public constructor(scope: Construct, id: string, private readonly fields: ManifestObjectProps) {
    const { apiVersion, kind, metadata, key } = fields;
    super(scope, id, { apiVersion, kind, metadata, [key]: Lazy.any({ produce: () => this.content() }) });
    this.content = fields.content;
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    this.isPatched = true;
    super.addJsonPatch(...ops);
  }

  public toJson(): any {
    const manifest = this.isPatched || process.env.CDK8S_DISABLE_SORT || !hasUsualResolvers(this) ? undefined : this.plainManifest();
    if (manifest !== undefined) {
      return printable(manifest);
    }
    try {
      return super.toJson();
    } finally {
      this.content = this.fields.content;
    }
  }

  /** Leaves to cdk8s what the content was, were it an error: so that it is made only once, and every error reads alike. */
  private plainManifest(): object | undefined {
    const { apiVersion, kind, fields } = this;
    try {
      const metadata = plainCopy(this.metadata.toJson());
      const content = fields.content();
      this.content = () => content;
      const rest = plainCopy({ [fields.key]: content });
      return metadata && rest && { apiVersion, kind, metadata, ...rest };
    } catch (error) {
      this.content = () => { throw error; };
      return undefined;
    }
  }
}

function hasUsualResolvers(object: ApiObject): boolean | undefined {
  // a tree that has no app at its root has no resolvers, which cdk8s says.
  return App.of(object).resolvers?.every(resolver => USUAL_RESOLVERS.includes(resolver.constructor));
}

/** A copy as cdk8s makes it, with keys in order and nothing undefined; or nothing, where not everything is plain. */
function plainCopy(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      return value === null || depth > DEEP ? undefined : copyOf(value, depth + 1);
    default:
      return undefined;
  }
}

function copyOf(value: object, depth: number): unknown {
  if (Array.isArray(value)) {
    const list = Array.from(value, item => plainCopy(item, depth));
    return list.includes(undefined) ? undefined : list;
  }
  // by this cdk8s tells plain data from instances of classes.
  return value.constructor === Object ? copyOfMap(value as Record<string, unknown>, depth) : undefined;
}

function copyOfMap(map: Record<string, unknown>, depth: number): unknown {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(map).sort()) {
    const value = map[key] ?? undefined;
    const copied = plainCopy(value, depth);
    if (key === '__proto__' || (copied === undefined && value !== undefined)) {
      return undefined;
    }
    if (copied !== undefined) {
      copy[key] = copied;
    }
  }
  return copy;
}

/** What was made here, and may therefore be printed here. */
const manifests = new WeakSet<object>();

/** Lets cdk8s print a manifest by our text. */
function printable(manifest: object): object {
  takesOurText ??= offerOurText();
  manifests.add(manifest);
  return manifest;
}

let takesOurText: boolean | undefined;

/** One of everything of which the text is ours. */
const PROBE = {
  'name': 'a.b/c:d',
  'app.kubernetes.io/name': ['plain text', '-c', '--flag=$(VALUE)', '10Gi', '8080', 'true', 'no', '1e3', 'it\'s', ''],
  'numbers': [0, -1, 8080, 0.5, 1e21],
  'flags': { yes: true, no: false },
  'lists': [[], [1, [2]], [{ a: {}, b: [{ c: 1, d: 2 }] }, {}]],
};

/**
 * Has `Yaml` ask here first, which is all that an `App` prints by.
 *
 * Not by way of the manifest, as a node of a syntax tree that prints itself: users who read or change manifests by the same
 * library would find that node in the place of their data.
 */
function offerOurText(): boolean {
  const stock = Yaml.stringify.bind(Yaml);
  const ours = (doc: unknown) => manifests.has(doc as object) ? yamlOf(doc) : undefined;
  const text = yamlOf(PROBE);
  // another printer than the one this was written for prints everything itself.
  if (stock(PROBE, undefined, PROBE) !== [text, stock(undefined), text].join(SEPARATOR)) {
    return false;
  }
  return Reflect.set(Yaml, 'stringify', (...docs: any[]) =>
    docs.some(doc => manifests.has(doc)) ? docs.map(doc => ours(doc) ?? stock(doc)).join(SEPARATOR) : stock(...docs));
}
