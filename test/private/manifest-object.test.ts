import { readdirSync, readFileSync, rmSync } from 'fs';
import { join } from 'path';
import { ApiObject, ApiObjectMetadata, App, AppProps, Chart, IResolver, JsonPatch, Lazy, Testing, Yaml, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { ManifestObject } from '../../src/private/manifest-object';

/** How cdk8s prints before anything was offered to it. */
const stock = Yaml.stringify.bind(Yaml);

const SPEC = { replicas: 3, selector: { matchLabels: { app: 'web' } }, args: ['--port', '80', { b: 1, a: [] }], empty: {}, no: false };

interface Options {
  readonly content?: () => unknown;
  readonly key?: 'spec' | 'data';
  readonly metadata?: ApiObjectMetadata;
  readonly props?: AppProps;
  readonly scope?: Construct;
}

function ours({ content = () => SPEC, key = 'spec', metadata = { name: 'web' }, props, scope = new Chart(new App(props), 'test') }: Options = {}) {
  return new ManifestObject(scope, 'Resource', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, key, content });
}

/** The object that cdk8s-plus would make of the same. */
function theirs({ content = () => SPEC, key = 'spec', metadata = { name: 'web' }, props, scope = new Chart(new App(props), 'test') }: Options = {}) {
  return new ApiObject(scope, 'Resource', { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, [key]: Lazy.any({ produce: content }) });
}

/** That both are the same to everybody, in the order of their keys and as text. */
function expectSame(options: Options, change: (object: ApiObject) => void = () => {}): void {
  const [mine, their] = [ours(options), theirs(options)].map(object => {
    change(object);
    return outcome(() => object.toJson());
  });
  expect(mine).toStrictEqual(their);
  expect(outcome(() => Yaml.stringify(mine))).toBe(outcome(() => stock(their)));
}

describe('ManifestObject', () => {
  test('makes the manifest that any object makes', () => {
    expect(ours().toJson()).toStrictEqual({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'web' }, spec: SPEC });
    expect(JSON.stringify(ours().toJson())).toBe(JSON.stringify(theirs().toJson()));
    expect(Reflect.ownKeys(ours().toJson())).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  });

  test('is the same as any object for whatever content there is', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(fc.property(fc.oneof(anything, fc.jsonValue()), value => expectSame({ content: () => value })), { numRuns: 3000 });
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['nothing in maps', { a: undefined, b: null, c: { d: undefined } }],
    ['nothing in lists', [undefined, null]],
    ['a hole in a list', [, 1]], // eslint-disable-line no-sparse-arrays
    ['a Lazy', { a: [Lazy.any({ produce: () => ({ b: Lazy.any({ produce: () => 1 }) }) })] }],
    ['a token', { a: { resolve: () => ['b'] } }],
    ['a token of a class', Object.create({ resolve: () => 5 })],
    ['a union of number and text', { a: new (class { public readonly value = '1'; })() }],
    ['an instance of a class', { a: new Map() }],
    ['a list of a class', new (class extends Array { public readonly value = 5; })()],
    ['a date', { a: new Date(0) }],
    ['a function', { a: () => 5 }],
    ['a symbol', { a: Symbol('b') }],
    ['a big integer', { a: BigInt(5) }],
    ['no number', { a: [NaN, -Infinity, -0] }],
    ['an object without prototype', Object.create(null)],
    ['a prototype', JSON.parse('{ "__proto__": { "a": 1 } }')],
    ['a constructor', { constructor: 'a' }],
    ['a constructor of nothing', { a: { constructor: null } }],
    ['text of several lines', { a: 'b\nc\n' }],
    ['keys in no order', { 10: 1, 9: 2, b: 3, B: 4, a: 5, Ä: 6 }],
  ])('is the same as any object for content with %s', (_, content) => {
    expectSame({ content: () => content });
    expectSame({ content: () => content, key: 'data' });
  });

  test('repeats what comes twice, and fails on what contains itself, as any object does', () => {
    const shared = { a: [1] };
    const circular: Record<string, unknown> = {};
    circular.self = { circular };
    expectSame({ content: () => ({ b: shared, c: [shared, shared.a] }) });
    expectSame({ content: () => circular });
    expect(() => ours({ content: () => circular }).toJson()).toThrow(/^Failed serializing construct at path 'test\/Resource' .* call stack/);
  });

  test('has metadata as any object has', () => {
    const scope = () => new Chart(new App(), 'test', { namespace: 'prod', labels: { team: 'a' } });
    const change = (object: ApiObject) => {
      object.metadata.addAnnotation('note', '8080');
      object.metadata.addFinalizers('one');
      object.metadata.add('generateName', Lazy.any({ produce: () => 'web-' }));
    };
    const metadata = { name: 'web', labels: { app: 'web' }, finalizers: [] };
    expect(new Set([ours, theirs].map(make => {
      const object = make({ scope: scope(), metadata });
      change(object);
      return Yaml.stringify({ ...object.toJson() });
    })).size).toBe(1);
    expectSame({ metadata: undefined }, change);
    expectSame({ metadata: { name: 'web', labels: { a: new Date(0) as any } } });
    expectSame({ metadata: { name: 'web', ...{ odd: () => 5 } } });
  });

  test('obeys JSON patches, before and after it was synthesised', () => {
    expectSame({}, object => object.addJsonPatch(JsonPatch.replace('/spec/replicas', 5), JsonPatch.add('/status', {})));
    let replicas = 1;
    const object = ours({ content: () => ({ replicas }) });
    object.toJson();
    replicas = 2;
    object.addJsonPatch(JsonPatch.add('/spec/paused', true));
    expect(object.toJson().spec).toEqual({ replicas: 2, paused: true });
  });

  test('obeys resolvers of the app', () => {
    const resolver: IResolver = {
      resolve: context => {
        if (context.value === 3) {
          context.replaceValue(7);
        }
      },
    };
    expectSame({ props: { resolvers: [resolver] } });
    expect(ours({ props: { resolvers: [resolver] } }).toJson().spec.replicas).toBe(7);
  });

  test('needs an app for its resolvers as any object does', () => {
    const scope = () => new Chart(new Construct(undefined as any, ''), 'test');
    expect(outcome(() => ours({ scope: scope() }).toJson())).toBe(outcome(() => theirs({ scope: scope() }).toJson()));
  });

  test('leaves keys in their order if CDK8S_DISABLE_SORT says so', () => {
    process.env.CDK8S_DISABLE_SORT = '1';
    try {
      expectSame({});
      expect(Object.keys(ours().toJson().spec)[0]).toBe('replicas');
    } finally {
      delete process.env.CDK8S_DISABLE_SORT;
    }
  });

  test.each<[string, AppProps, unknown]>([
    ['plain data', {}, {}],
    ['tokens', {}, { a: Lazy.any({ produce: () => 1 }) }],
    ['resolvers', { resolvers: [{ resolve: () => {} }] }, {}],
  ])('makes its content once for each manifest with %s', (_, props, value) => {
    const content = jest.fn(() => value);
    const object = ours({ content, props });
    object.toJson();
    object.toJson();
    expect(content).toHaveBeenCalledTimes(2);
  });

  test.each<[string, AppProps]>([
    ['alone', {}],
    ['with resolvers', { resolvers: [{ resolve: () => {} }] }],
  ])('fails %s in the words of cdk8s when its content cannot be made', (_, props) => {
    const content = jest.fn(() => { throw new Error('no quorum'); });
    const object = ours({ content, props });
    expect(() => object.toJson()).toThrow('Failed serializing construct at path \'test/Resource\' with name \'web\': Error: no quorum');
    expect(content).toHaveBeenCalledTimes(1);
    content.mockReturnValue({ replicas: 1 } as never);
    expect(object.toJson().spec).toEqual({ replicas: 1 });
  });

  test('is printed with what users changed in its manifest', () => {
    const [mine, their] = [ours(), theirs()].map(object => {
      const manifest = object.toJson();
      manifest.spec.replicas = 1;
      manifest.status = { since: new Date(0), spec: manifest.spec };
      return manifest;
    });
    expect(Yaml.stringify(mine)).toBe(stock(their));
    expect(stock(their)).toContain('spec: &a1');
  });

  test.each(Object.values(YamlOutputType).filter(type => typeof type === 'number') as YamlOutputType[])('is written as any object in output type %s', yamlOutputType => {
    const [mine, their] = [ours, theirs].map(make => {
      const app = Testing.app({ yamlOutputType });
      for (const id of ['a', 'b']) {
        const chart = new Chart(app, id, { namespace: id });
        make({ scope: new Construct(chart, 'one'), metadata: { name: 'one' } });
        make({ scope: new Construct(chart, 'two'), metadata: { name: 'two' }, content: () => ({ script: 'echo\n' }) });
        new ApiObject(chart, 'other', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
      }
      app.synth();
      return { files: filesOf(app.outdir), yaml: app.synthYaml(), manifests: app.charts.map(chart => Testing.synth(chart)) };
    });
    expect(mine).toStrictEqual(their);
    expect(mine.files.join('')).toContain('replicas: 3');
  });
});

function filesOf(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? [entry.name, ...filesOf(path)] : [entry.name, readFileSync(path, 'utf8')];
  });
  rmSync(folder, { recursive: true });
  return files;
}

function outcome<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
}
