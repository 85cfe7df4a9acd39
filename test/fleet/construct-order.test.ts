import { ApiObject, App, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { constructsInOrder } from '../../src/fleet/construct-order';

/** A tree in short: `{ chart: { group: { a: 'object' } } }`; every construct is found by its id. */
interface Tree {
  readonly [id: string]: Tree | 'object';
}

function grown(tree: Tree): Record<string, Construct> {
  const all: Record<string, Construct> = {};
  const grow = (scope: Construct, branches: Tree) => {
    for (const [id, branch] of Object.entries(branches)) {
      if (branch === 'object') {
        all[id] = new ApiObject(scope, id, { apiVersion: 'v1', kind: 'ConfigMap' });
      } else {
        all[id] = scope instanceof App || id.startsWith('chart') ? new Chart(scope, id) : new Construct(scope, id);
        grow(all[id], branch);
      }
    }
  };
  all.app = new App();
  grow(all.app, tree);
  return all;
}

function objectsIn(root: Construct, inferred = true): string[] {
  return constructsInOrder(root, { inferred }).filter(ApiObject.isApiObject).map(object => object.node.id);
}

describe('constructsInOrder', () => {
  test('is the tree, where nothing depends on anything', () => {
    const { app } = grown({ chart: { group: { a: 'object' }, b: 'object' } });
    expect(constructsInOrder(app, { inferred: true }).map(({ node }) => node.path)).toEqual(['', 'chart', 'chart/group', 'chart/group/a', 'chart/b']);
  });

  test('has what has a number for its whole path first, as keys of objects are', () => {
    const { app } = grown({ 'chart': {}, '10': {}, '2': {}, '4294967295': {}, '01': {} });
    expect(constructsInOrder(app, { inferred: true }).map(({ node }) => node.path)).toEqual(['2', '10', '', 'chart', '4294967295', '01']);
  });

  test('has the objects of a construct after those of what it depends on', () => {
    const { chart, one, two } = grown({ chart: { one: { a: 'object', b: 'object' }, two: { c: 'object', d: 'object' } } });
    one.node.addDependency(two);
    expect(objectsIn(chart)).toEqual(['c', 'd', 'a', 'b']);
    expect(objectsIn(chart, false)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('takes no object of a chart within a chart for one of the outer', () => {
    const { chart, one, two } = grown({ chart: { one: { a: 'object' }, two: { 'chart-in': { b: 'object' }, 'c': 'object' } } });
    one.node.addDependency(two);
    expect(objectsIn(chart)).toEqual(['c', 'a', 'b']);
  });

  test('has an object depend on the rest of what it is part of, and not on itself', () => {
    const { chart, group, b } = grown({ chart: { group: { a: 'object', b: 'object', c: 'object' } } });
    b.node.addDependency(group);
    expect(objectsIn(chart)).toEqual(['a', 'c', 'b']);
  });

  test('has the rest of a construct depend on an object in it', () => {
    const { chart, group, c } = grown({ chart: { group: { a: 'object', b: 'object', c: 'object' } } });
    group.node.addDependency(c);
    expect(objectsIn(chart)).toEqual(['c', 'a', 'b']);
  });

  test('does not forget what an object needs that is reached by way of what it is part of', () => {
    const { chart, group, one, z } = grown({ chart: { group: { s: 'object', one: { r: 'object' } }, z: 'object' } });
    group.node.addDependency(one, z);
    expect(objectsIn(chart)).toEqual(['z', 'r', 's']);
  });

  test('fails with the way of a circle of constructs', () => {
    const { chart, one, two } = grown({ chart: { one: { a: 'object' }, two: { b: 'object' } } });
    one.node.addDependency(two);
    two.node.addDependency(one);
    expect(() => objectsIn(chart)).toThrow('Dependency cycle detected: chart/one => chart/two => chart/one');
  });

  test('fails with the way of a circle of objects that follows from constructs', () => {
    const { chart, one, two, a, b } = grown({ chart: { one: { a: 'object' }, two: { b: 'object' } } });
    one.node.addDependency(b);
    two.node.addDependency(a);
    expect(() => objectsIn(chart)).toThrow('Dependency cycle detected: chart/two/b => chart/one/a => chart/two/b');
    expect(objectsIn(chart, false)).toEqual(['b', 'a']);
  });

  test('fails where two objects would depend on each other because both are part of both sides', () => {
    const { chart, group, one } = grown({ chart: { group: { one: { a: 'object', b: 'object' } } } });
    group.node.addDependency(one);
    expect(() => objectsIn(chart)).toThrow('Dependency cycle detected: chart/group/one/a => chart/group/one/b => chart/group/one/a');
  });

  test('fails where an object is part of what it depends on by way of another', () => {
    const { chart, group, one, side, z } = grown({ chart: { group: { one: { r: 'object' } }, side: { z: 'object' } } });
    group.node.addDependency(one, z);
    side.node.addDependency(one);
    expect(() => objectsIn(chart)).toThrow(/^Dependency cycle detected: (chart\/group\/one\/r => chart\/side\/z => chart\/group\/one\/r|chart\/side\/z => .*z)$/);
  });

  test('fails for what depends on itself, which cdk8s leaves out without a word', () => {
    const { chart, a } = grown({ chart: { a: 'object' } });
    a.node.addDependency(a);
    expect(() => objectsIn(chart)).toThrow('Dependency cycle detected: chart/a => chart/a');
  });
});
