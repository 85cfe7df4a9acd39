import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ApiObject, App, AppProps, Chart, IResolver, JsonPatch, Lazy, YamlOutputType } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct, Dependable, DependencyGroup, IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { HeadlessService, StatefulApp } from '../../src';

const OUTPUT_TYPES = Object.values(YamlOutputType).filter(type => typeof type === 'number') as YamlOutputType[];
const KINDS = ['chart', 'chart', 'group', 'group', 'object', 'object', 'object', 'service', 'stateful', 'deployment', 'patched', 'lazy', 'proud'] as const;

/** How an app is put together; numbers choose among the constructs that are there. */
export interface Recipe {
  /** What is made, and in which of the constructs that were made before. */
  readonly parts: { readonly kind: typeof KINDS[number]; readonly scope: number; readonly id: string }[];
  readonly dependencies: { readonly source: number; readonly target: number; readonly by: 'node' | 'group' | 'root' }[];
  readonly yamlOutputType: YamlOutputType;
  readonly outputFileExtension?: string;
  readonly recordConstructMetadata?: boolean;
  readonly resolves: boolean;
  readonly invalid: number[];
}

const at = fc.nat({ max: 30 });

/** Few constructs: stock `App` needs exponential time for some of these shapes. */
export const recipes: fc.Arbitrary<Recipe> = fc.record({
  parts: fc.array(fc.record({
    kind: fc.constantFrom(...KINDS),
    scope: at,
    id: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', 'web', 'db') }, fc.constantFrom('7', '10', '2', 'Resource')),
  }), { minLength: 1, maxLength: 14 }),
  dependencies: fc.array(fc.record({ source: at, target: at, by: fc.constantFrom('node', 'node', 'node', 'group', 'root') }), { maxLength: 6 }),
  yamlOutputType: fc.constantFrom(...OUTPUT_TYPES),
  outputFileExtension: fc.option(fc.constantFrom('.yaml', '.k8s.yml', ''), { nil: undefined, freq: 3 }),
  recordConstructMetadata: fc.option(fc.boolean(), { nil: undefined }),
  resolves: fc.boolean(),
  invalid: fc.oneof({ weight: 9, arbitrary: fc.constant<number[]>([]) }, fc.array(at, { maxLength: 3 })),
});

/** A chart that changes what it makes. */
class ProudChart extends Chart {
  public toJson(): any[] {
    return super.toJson().map(manifest => ({ ...manifest, madeBy: 'me' }));
  }
}

const RESOLVER: IResolver = {
  resolve: context => {
    if (context.value === 'plain') {
      context.replaceValue('resolved');
    }
  },
};

/** Follows a recipe with an `App` or what takes its place. */
export function appOf(recipe: Recipe, make: (props: AppProps) => App, outdir?: string): App {
  const { yamlOutputType, outputFileExtension, recordConstructMetadata, resolves } = recipe;
  const app = make({ outdir, yamlOutputType, outputFileExtension, recordConstructMetadata, resolvers: resolves ? [RESOLVER] : undefined });
  const made: Construct[] = [app, new Chart(app, 'first')];
  recipe.parts.forEach(({ kind, scope, id }, i) => {
    const parent = made[scope % made.length];
    const isInChart = parent.node.scopes.some(Chart.isChart);
    const free = parent.node.tryFindChild(id) === undefined ? id : `${id}${i}`;
    made.push(part(isInChart || kind === 'chart' || kind === 'proud' ? kind : 'chart', parent, free, i));
  });
  const of = (index: number) => made[index % made.length];
  for (const { target } of recipe.dependencies.filter(({ by }) => by === 'root')) {
    const [root = of(target)] = of(target).node.children;
    Dependable.implement(of(target), { dependencyRoots: [root] });
  }
  for (const { source, target, by } of recipe.dependencies) {
    const dependable = by === 'group' ? new DependencyGroup(of(target), made[1]) : of(target);
    // what depends on itself, cdk8s leaves out without a word.
    if (!Dependable.of(dependable).dependencyRoots.includes(of(source))) {
      of(source).node.addDependency(dependable);
    }
  }
  for (const index of recipe.invalid) {
    of(index).node.addValidation({ validate: () => [`${index} is wrong`] });
  }
  return app;
}

function part(kind: Recipe['parts'][number]['kind'], scope: Construct, id: string, i: number): Construct {
  const name = `n${i}`;
  const container = { image: 'registry.example.com/app:1.0.0', ports: [{ number: 80, name: 'web' }] };
  switch (kind) {
    case 'chart': return new Chart(scope, id, { namespace: i % 2 === 0 ? 'even' : undefined, labels: { i: String(i) } });
    case 'proud': return new ProudChart(scope, id);
    case 'group': return new Construct(scope, id);
    case 'service': return new HeadlessService(scope, id, { metadata: { name } });
    case 'stateful': return new StatefulApp(scope, id, { metadata: { name }, replicas: 2, containers: [container] });
    case 'deployment': return new kplus.Deployment(scope, id, { containers: [container] });
    default: {
      const text = kind === 'lazy' ? Lazy.any({ produce: () => `lazy ${i}` }) : i % 2 === 0 ? 'plain' : 'two\nlines';
      const object = new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: i % 3 === 0 ? { name } : undefined, data: { text } });
      if (kind === 'patched') {
        object.addJsonPatch(JsonPatch.add('/data/more', [{ a: i }]), JsonPatch.replace('/data/text', 'patched'));
      }
      return object;
    }
  }
}

/** All files below a folder by their paths; the folder is gone then. */
export function filesOf(run: (outdir: string) => void): Record<string, string> {
  const outdir = mkdtempSync(join(tmpdir(), 'cdk8s-stateful-'));
  try {
    run(outdir);
    return Object.fromEntries(readdirSync(outdir, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(file => [file.slice(outdir.length + 1), readFileSync(file, 'utf8')]));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

export type Outcome = string | string[] | Record<string, string>;

/** What comes of it, or the error; circles are the same whichever is found first, and whether cdk8s says so or runs out of stack. */
export function outcome(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (error) {
    const text = String(error);
    return /Dependency cycle detected|Maximum call stack/.test(text) ? A_CIRCLE : text;
  }
}

const A_CIRCLE = 'a circle';

export function isCircle(result: Outcome): boolean {
  return result === A_CIRCLE;
}

export function paths(constructs: IConstruct[]): string[] {
  return constructs.map(construct => construct.node.path);
}
