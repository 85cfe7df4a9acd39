import { ApiObject, ApiObjectMetadata, JsonPatch, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { keepWithinChart } from './chart-border';
import { isPlain, keysInOrder, PlainMap, printable, STRANGE_KEYS } from './manifest-text';
import { isWritten } from './manifests';
import { hasUsualResolvers, metadataOf } from './metadata';

/** Properties for `ManifestObject`. */
export interface ManifestObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: ApiObjectMetadata;

  /** The field of the manifest that has the content. */
  readonly key: 'spec' | 'data';

  /** Makes the content for an object of these metadata, in the names of manifests; what is undefined or null is left out. */
  readonly content: (metadata: unknown) => unknown;
}

/** No manifest is deeper, but data that contains itself. */
const DEEP = 100;

/**
 * An object of Kubernetes whose manifest is plain data.
 *
 * For many objects, cdk8s takes most of its time to look for tokens where there are none and to print by way of a syntax tree.
 * The same manifest and the same bytes come of one pass over the content and one over the manifest. Whatever is out of the
 * ordinary - JSON patches, resolvers, tokens, instances of classes - is left to cdk8s.
 */
export class ManifestObject extends ApiObject {
  private isPatched = false;
  private readonly key: string;
  private readonly contentOf: ManifestObjectProps['content'];
  /** What the content is, where it was made already. */
  private made?: () => unknown;

  public constructor(scope: Construct, id: string, { key, content, ...props }: ManifestObjectProps) {
    super(scope, id, { [key]: Lazy.any({ produce: () => this.made === undefined ? content(this.metadata.toJson()) : this.made() }), ...props });
    this.key = key;
    this.contentOf = content;
    keepWithinChart(this);
  }

  public addJsonPatch(...ops: JsonPatch[]): void {
    this.isPatched = true;
    super.addJsonPatch(...ops);
  }

  public toJson(): any {
    const isUsual = !this.isPatched && !process.env.CDK8S_DISABLE_SORT && hasUsualResolvers(this);
    try {
      return (isUsual ? this.plainManifest() : undefined) ?? super.toJson();
    } finally {
      this.made = undefined;
    }
  }

  /** Leaves to cdk8s what the content was, were it an error: so that it is made once, and every error reads alike. */
  private plainManifest(): object | undefined {
    const { apiVersion, kind, key } = this;
    try {
      const stated = metadataOf(this.metadata, this);
      const content = this.contentOf(stated);
      const metadata = isWritten(stated) ? stated : plainCopy(stated);
      const rest = isWritten(content) ? { [key]: content } : copyOfMap({ [key]: content });
      if (metadata !== undefined && rest !== undefined) {
        return printable({ apiVersion, kind, metadata, ...rest });
      }
      this.made = () => content;
    } catch (error) {
      this.made = () => { throw error; };
    }
    return undefined;
  }
}

/** A copy as cdk8s makes it, with keys in order and nothing undefined; or nothing, where not everything is plain. */
function plainCopy(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      if (isPlain(value) && depth < DEEP) {
        return Array.isArray(value) ? copyOfList(value, depth + 1) : copyOfMap(value, depth + 1);
      }
  }
  return undefined;
}

function copyOfList(list: unknown[], depth: number): unknown[] | undefined {
  // not map(), which leaves out the holes of a sparse list.
  const copy = Array.from(list, item => plainCopy(item, depth));
  return copy.includes(undefined) ? undefined : copy;
}

function copyOfMap(map: PlainMap, depth = 0): PlainMap | undefined {
  const copy: PlainMap = {};
  for (const key of keysInOrder(map)) {
    const value = map[key] ?? undefined;
    const copied = plainCopy(value, depth);
    if (STRANGE_KEYS.includes(key) || (copied === undefined && value !== undefined)) {
      return undefined;
    }
    if (copied !== undefined) {
      copy[key] = copied;
    }
  }
  return copy;
}
