import { isTree } from './model/pod-defaults';
import { Manifest } from './read/manifests';
import { Tree } from './read/yaml-document';

/** What cdk8s records of constructs: a path for each name. Of several objects that share a name it keeps the one that was written last. */
export type ConstructMetadata = Readonly<Record<string, { readonly path: string } | undefined>>;

/** An object that was synthesized, and the file that it stands in. */
export interface Synthesized {
  readonly object: Manifest;
  readonly file: string;
}

/** Labels that say together what an object belongs to. */
const BELONGS_TO = ['app.kubernetes.io/name', 'app.kubernetes.io/instance'];

/**
 * The constructs that objects come from, as far as the metadata tell.
 *
 * @see https://github.com/cdk8s-team/cdk8s-core/blob/2.x/src/app.ts, writeConstructMetadata
 */
export class ConstructPaths {
  private readonly byName = new Map<string, Synthesized[]>();
  private readonly byMark = new Map<string, string[]>();

  public constructor(all: readonly Synthesized[], private readonly metadata: ConstructMetadata) {
    for (const one of all) {
      append(this.byName, one.object.metadata.name, one);
    }
    for (const { object } of all) {
      const path = this.byName.get(object.metadata.name)!.length === 1 ? this.recorded(object) : undefined;
      marksOf(object).forEach(mark => path !== undefined && append(this.byMark, mark, path));
    }
  }

  /**
   * The path of the object's construct; of an object that another one of its name has hidden, that of the construct which holds both, where labels and
   * selectors show that they belong together; and otherwise nothing, since the path would be that of another construct.
   */
  public of(object: Manifest): string | undefined {
    const recorded = this.recorded(object);
    const namesakes = this.byName.get(object.metadata.name)!;
    if (recorded === undefined || namesakes.length === 1) {
      return recorded;
    }
    const isOneFile = namesakes.every(({ file }) => file === namesakes[0].file);
    const last = namesakes[namesakes.length - 1].object;
    if (isOneFile && last === object) {
      return recorded;
    }
    // objects stand in a file in the order in which they were recorded, and nobody knows in which order files were written.
    const candidates = isOneFile ? [last] : namesakes.map(one => one.object);
    const marks = marksOf(object);
    const isKin = (other: Manifest) => marksOf(other).some(mark => marks.includes(mark));
    return candidates.every(isKin) ? commonScope([recorded, ...marks.flatMap(mark => this.byMark.get(mark) ?? [])]) : undefined;
  }

  private recorded({ metadata: { name } }: Manifest): string | undefined {
    return Object.hasOwn(this.metadata, name) ? this.metadata[name]?.path : undefined;
  }
}

/** What objects of one application have in common: the labels that name it, or pods that they select. */
function marksOf({ metadata, spec }: Manifest): string[] {
  const { namespace, labels } = metadata;
  const named = isTree(labels) ? Object.fromEntries(BELONGS_TO.filter(label => label in labels).map(label => [label, labels[label]])) : {};
  const { selector, podSelector }: Tree = isTree(spec) ? spec : {};
  const selected = [selector?.matchLabels ?? selector, podSelector?.matchLabels].filter(isTree);
  return [named, ...selected].map(map => Object.entries(map).sort(([a], [b]) => a < b ? -1 : 1)).filter(entries => entries.length > 0)
    .map(entries => JSON.stringify([namespace, entries]));
}

/** The deepest construct that holds those of all paths. */
function commonScope(paths: readonly string[]): string | undefined {
  const scopes = paths.map(path => path.replace(/\/Resource$/, '').split('/').slice(0, -1));
  const [first, ...others] = scopes;
  const end = first.findIndex((id, i) => others.some(scope => scope[i] !== id));
  return first.slice(0, end < 0 ? undefined : end).join('/') || undefined;
}

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [value]);
  } else {
    list.push(value);
  }
}
