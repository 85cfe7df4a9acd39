import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, AppProps, Chart, YamlOutputType } from 'cdk8s';
import { Construct, Dependable } from 'constructs';
import * as fc from 'fast-check';
import { appOf, filesOf, isCircle, outcome, paths, recipes } from './random-app';
import { FleetApp, StatefulApp } from '../../src';

const KINDS_OF_APP = [(props: AppProps) => new App(props), (props: AppProps) => new FleetApp(props)];

/** What both write, which must be the same. */
function same(build: (app: App) => void, props: AppProps = {}): Record<string, string> {
  const [theirs, ours] = KINDS_OF_APP.map(make => filesOf(outdir => {
    const app = make({ outdir, ...props });
    build(app);
    app.synth();
  }));
  expect(ours).toStrictEqual(theirs);
  return ours;
}

function newObject(scope: Construct, id: string): ApiObject {
  return new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: id } });
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/^ {2}name: (.*)$/gm)].map(([, name]) => name);
}

describe('FleetApp writes the files of App', () => {
  test('for whatever app', () => {
    let written = 0;
    let circles = 0;
    fc.assert(fc.property(recipes, recipe => {
      const [theirs, ours] = KINDS_OF_APP.map(make => outcome(() => filesOf(outdir => appOf(recipe, make, outdir).synth())));
      written += typeof theirs === 'object' ? Object.keys(theirs).length : 0;
      circles += isCircle(theirs) ? 1 : 0;
      expect(ours).toEqual(theirs);
    }), { numRuns: 700 });
    expect(written).toBeGreaterThan(300);
    expect(circles).toBeGreaterThan(5);
  });

  test('as one text, too, and knows its charts in the same order before and after', () => {
    fc.assert(fc.property(recipes, recipe => {
      const [theirs, ours] = KINDS_OF_APP.map(make => appOf(recipe, make));
      const both = (look: (app: App) => string | string[]) => {
        const [theirResult, ourResult] = [theirs, ours].map(app => outcome(() => look(app)));
        expect(ourResult).toEqual(theirResult);
        return theirResult;
      };
      both(app => paths(app.charts));
      // of an app with a circle, cdk8s keeps what it inferred.
      if (!isCircle(both(app => app.synthYaml()))) {
        both(app => paths(app.charts));
      }
    }), { numRuns: 400 });
  });

  const EXAMPLES = join(__dirname, '..', '..', 'examples');

  test.each(readdirSync(EXAMPLES).filter(name => existsSync(join(EXAMPLES, name, 'cdk8s.yaml'))))('for the example %s', example => {
    const files = filesOf(outdir => {
      process.env.CDK8S_OUTDIR = outdir;
      jest.isolateModules(() => {
        const cdk8s = jest.requireActual('cdk8s');
        const library = jest.requireActual('../../src');
        jest.doMock('cdk8s', () => ({ ...cdk8s, App: library.FleetApp }));
        jest.requireActual(join(EXAMPLES, example, 'main'));
      });
    });
    jest.dontMock('cdk8s');
    delete process.env.CDK8S_OUTDIR;
    for (const [file, text] of Object.entries(files).filter(([name]) => name.endsWith('.yaml'))) {
      expect(text).toBe(readFileSync(join(EXAMPLES, example, 'dist', file), 'utf8'));
    }
    expect(Object.keys(files)).toContain(`${example}.k8s.yaml`);
  });

  test('with the construct metadata, where an environment variable asks for it', () => {
    process.env.CDK8S_RECORD_CONSTRUCT_METADATA = 'true';
    try {
      const build = (app: App) => newObject(new Chart(app, 'one'), 'a');
      expect(same(build)['construct-metadata.json']).toBe('{"version":"1.0.0","resources":{"a":{"path":"one/a"}}}');
      expect(Object.keys(same(build, { recordConstructMetadata: false }))).toEqual(['one.k8s.yaml']);
    } finally {
      delete process.env.CDK8S_RECORD_CONSTRUCT_METADATA;
    }
  });

  test('of an output type that it does not know, which is left to cdk8s', () => {
    expect(same(app => newObject(new Chart(app, 'one'), 'a'), { yamlOutputType: 99 as YamlOutputType })).toEqual({});
  });

  test('where something depends on a construct that is not part of the app', () => {
    const files = same(app => {
      const other = new Chart(new App(), 'other');
      newObject(new Chart(app, 'one'), 'a').node.addDependency(newObject(other, 'b'));
      new Chart(app, 'two').addDependency(other);
    });
    expect(namesIn(files['0000-one.k8s.yaml'])).toEqual(['a']);
    const [theirs, ours] = KINDS_OF_APP.map(make => {
      const app = make({});
      newObject(new Chart(app, 'one'), 'a').node.addDependency(new Chart(new App(), 'other'));
      return app.synthYaml();
    });
    expect(ours).toBe(theirs);
  });

  test('where an object has others depended on in its place', () => {
    const files = same(app => {
      const chart = new Chart(app, 'one');
      const first = newObject(chart, 'a');
      const group = new Construct(chart, 'group');
      const second = newObject(group, 'b');
      Dependable.implement(second, { dependencyRoots: [newObject(chart, 'c')] });
      first.node.addDependency(group);
    });
    expect(namesIn(files['one.k8s.yaml'])).toEqual(['c', 'a', 'b']);
  });

  test('where an object that stands for another one comes to depend on itself', () => {
    const [theirs, ours] = KINDS_OF_APP.map(make => {
      const app = make({});
      const chart = new Chart(app, 'one');
      const outer = newObject(chart, 'a');
      const inner = newObject(outer, 'b');
      Dependable.implement(outer, { dependencyRoots: [inner] });
      inner.node.addDependency(chart);
      return app.synthYaml();
    });
    expect(ours).toBe(theirs);
  });
});

describe('FleetApp', () => {
  test('runs each validation once, where App does for each chart', () => {
    const runs = KINDS_OF_APP.map(make => {
      const validate = jest.fn(() => []);
      filesOf(outdir => {
        const app = make({ outdir });
        app.node.addValidation({ validate });
        ['a', 'b', 'c'].forEach(id => newObject(new Chart(app, id), id));
        app.synth();
      });
      return validate.mock.calls.length;
    });
    expect(runs).toEqual([4, 1]);
  });

  test('fails with everything that validations find', () => {
    const app = new FleetApp();
    for (const id of ['a', 'b']) {
      new Chart(app, id).node.addValidation({ validate: () => [`${id} is wrong`] });
    }
    expect(() => app.synthYaml()).toThrow('Validation failed with the following errors:\n  [a] a is wrong\n  [b] b is wrong');
  });

  test('fails where charts depend on each other, with the whole way', () => {
    const app = new FleetApp();
    const [a, b, c] = ['a', 'b', 'c'].map(id => new StatefulApp(new Chart(app, `chart-${id}`), id, { containers: [{ image: 'a:1' }] }));
    a.node.addDependency(b);
    b.node.addDependency(c);
    c.node.addDependency(a);
    expect(() => app.synthYaml()).toThrow('Dependency cycle detected: chart-a => chart-b => chart-c => chart-a');
  });

  test('orders apps that each wait for all before, for which App would need longer than the universe is old', () => {
    const app = new FleetApp();
    const chart = new Chart(app, 'one');
    const made: Construct[] = [];
    for (let i = 0; i < 100; i++) {
      const group = new Construct(chart, `group-${i}`);
      newObject(group, `a-${i}`);
      newObject(group, `b-${i}`);
      group.node.addDependency(...made);
      made.push(group);
    }
    expect(namesIn(app.synthYaml())).toEqual(Array.from({ length: 100 }, (_, i) => [`a-${i}`, `b-${i}`]).flat());
  });

  test('follows a chain that is longer than the stack is deep', () => {
    const app = new FleetApp();
    const chart = new Chart(app, 'one');
    const objects = Array.from({ length: 20_000 }, (_, i) => newObject(chart, `a-${i}`));
    objects.slice(1).forEach((object, i) => objects[i].addDependency(object));
    expect(namesIn(app.synthYaml()).slice(0, 2)).toEqual(['a-19999', 'a-19998']);
  });

  test('prints more manifests than a call can have arguments', () => {
    class Many extends Chart {
      public toJson(): any[] {
        return Array.from({ length: 150_000 }, () => undefined);
      }
    }
    const app = new FleetApp();
    new Many(app, 'many');
    expect(app.synthYaml()).toHaveLength(150_000 + 149_999 * '---\n'.length);
    expect(filesOf(outdir => {
      const other = new FleetApp({ outdir, yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
      new Many(other, 'many');
      other.synth();
    })).toEqual({});
  });
});
