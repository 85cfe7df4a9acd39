import { createRequire } from 'node:module';
import { InputProblem } from './problem';
import { copyOf } from './tree';

/** A document that needs this reader is written by hand. */
const LONGEST = 1024 * 1024;

/** How often anchors may be repeated: a few lines can stand for more than any memory holds. */
const ALIASES = 100;

/** Each alias is looked for from the beginning of the document; so many characters are passed at most. */
const FARTHEST = 128 * 1024 * 1024;

/** The part of the package `yaml` that is used here. */
interface YamlPackage {
  parseDocument(text: string, options: object): { readonly errors: readonly Error[]; toJS(options: object): unknown };
  visit(node: unknown, visitors: object): void;
}

interface MapNode {
  readonly items: readonly { readonly key: { readonly value?: unknown } | null }[];
}

let loaded: YamlPackage | undefined;

/** The package by which cdk8s itself reads and prints; it comes with cdk8s. */
function yamlPackage(): YamlPackage {
  return loaded ??= createRequire(require.resolve('cdk8s'))('yaml') as YamlPackage;
}

/** Reads a document with anchors, tags and the like; its time does not only grow with its length, so there is a limit. */
export function otherYaml(text: string, where: string): unknown {
  if (text.length > LONGEST) {
    throw new InputProblem(where, 'a document with anchors, tags or an unusual form must be shorter than 1 MiB: print it anew without them');
  }
  try {
    const yaml = yamlPackage();
    const document = yaml.parseDocument(text, {
      version: '1.1',
      // compared by ours, which takes no time for each pair of keys.
      uniqueKeys: false,
      prettyErrors: true,
      logLevel: 'silent',
      // times are text in manifests.
      customTags: (tags: { tag: string; format?: string }[]) => tags.filter(tag => tag.format !== 'TIME' && !/timestamp|binary|set$|omap|pairs/.test(tag.tag)),
    });
    if (document.errors.length > 0) {
      throw new InputProblem(where, `is not YAML that can be read: ${document.errors[0].message.split('\n')[0]}`);
    }
    let aliases = 0;
    yaml.visit(document, {
      Map: (_: unknown, node: MapNode) => checkKeys(node, where),
      Alias: () => { aliases++; },
    });
    if (aliases * text.length > FARTHEST) {
      throw new InputProblem(where, `has ${aliases} aliases, more than can be followed in a document of its length: print it anew without them`);
    }
    return copyOf(document.toJS({ maxAliasCount: ALIASES }), where);
  } catch (error) {
    // depth ends in a RangeError, too many aliases in a ReferenceError.
    const reason = error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message;
    throw error instanceof InputProblem ? error : new InputProblem(where, `is not YAML that can be read: ${reason}`);
  }
}

function checkKeys({ items }: MapNode, where: string): void {
  const seen = new Set<unknown>();
  for (const { key } of items) {
    const name = key?.value;
    if (name === '__proto__') {
      throw new InputProblem(where, 'a key must not be __proto__: take it out');
    }
    if (seen.has(name)) {
      throw new InputProblem(where, `the key ${JSON.stringify(String(name).slice(0, 80))} is there twice: leave one of them`);
    }
    seen.add(name);
  }
}
