import { ApiObject, App, Chart, DependencyGraph } from 'cdk8s';
import { Construct } from 'constructs';
import { EtcdCluster, StatefulApp } from '../src';

const CONTAINERS = [{ image: 'registry.example.com/app:1.0.0' }];

function namesIn(chart: Chart): string[] {
  return chart.toJson().map(({ kind, metadata }: any) => `${kind} ${metadata.name}`);
}

/** How many steps cdk8s takes to order constructs: it asks each for what it depends on, along every path. */
function stepsOf(synth: () => void): number {
  const [vertex] = new DependencyGraph(new App().node).root.outbound;
  const outbound = jest.spyOn(Object.getPrototypeOf(vertex), 'outbound', 'get');
  synth();
  const steps = outbound.mock.calls.length;
  outbound.mockRestore();
  return steps;
}

type Add = (app: App, i: number, previous?: Construct) => Construct;

/** Apps in a row, each of which depends on the one before. */
function chain(length: number, add: Add): App {
  const root = new App();
  let previous: Construct | undefined;
  for (let i = 0; i < length; i++) {
    previous = add(root, i, previous);
  }
  return root;
}

function newApp(scope: Construct, i: number): StatefulApp {
  return new StatefulApp(scope, `app-${i}`, { replicas: 2, containers: CONTAINERS });
}

describe('what depends on a StatefulApp', () => {
  test('comes after its StatefulSet, with all its objects', () => {
    const chart = new Chart(new App(), 'test');
    const later = newApp(chart, 1);
    later.node.addDependency(newApp(chart, 2));
    expect(namesIn(chart)).toEqual([
      'StatefulSet app-2', 'Service app-1', 'StatefulSet app-1', 'PodDisruptionBudget app-1', 'Service app-2', 'PodDisruptionBudget app-2',
    ]);
  });

  test('comes after the StatefulSet of an EtcdCluster', () => {
    const chart = new Chart(new App(), 'test');
    const job = new ApiObject(chart, 'job', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'job' } });
    job.addDependency(new EtcdCluster(chart, 'etcd'));
    const names = namesIn(chart);
    expect(names.indexOf('StatefulSet etcd')).toBeLessThan(names.indexOf('Job job'));
  });

  test('waits for everything in another chart, and its objects depend on none of them', () => {
    const root = new App();
    const [one, two] = ['one', 'two'].map(id => new Chart(root, id));
    const first = newApp(one, 1);
    const second = newApp(two, 2);
    first.node.addDependency(second);
    root.synthYaml();
    expect(root.charts.map(({ node }) => node.id)).toEqual(['two', 'one']);
    expect(ApiObject.of(first).node.dependencies).toEqual([]);
  });

  test('has its chart wait, where an object was to wait for an object of another chart', () => {
    const root = new App();
    const [one, two] = ['one', 'two'].map(id => new Chart(root, id));
    const [first, second, third] = [newApp(one, 1), newApp(two, 2), newApp(one, 3)].map(app => ApiObject.of(app));
    first.addDependency(second, third);
    expect([first.node.dependencies, one.node.dependencies]).toEqual([[third], [two]]);
    expect(root.charts).toEqual([two, one]);
  });

  test.each<[string, Add]>([
    ['apps in one chart', (root, i, previous) => {
      const app = newApp(root.node.tryFindChild('chart') as Chart ?? new Chart(root, 'chart'), i);
      app.node.addDependency(...previous === undefined ? [] : [previous]);
      return app;
    }],
    ['apps in charts of their own', (root, i, previous) => {
      const app = newApp(new Chart(root, `chart-${i}`), i);
      app.node.addDependency(...previous === undefined ? [] : [previous]);
      return app;
    }],
    ['charts on apps', (root, i, previous) => {
      const chart = new Chart(root, `chart-${i}`);
      chart.addDependency(...previous === undefined ? [] : [previous]);
      return newApp(chart, i);
    }],
    ['charts on charts', (root, i, previous) => {
      const chart = new Chart(root, `chart-${i}`);
      chart.addDependency(...previous === undefined ? [] : [Chart.of(previous)]);
      return newApp(chart, i);
    }],
    ['clusters of etcd', (root, i, previous) => {
      const cluster = new EtcdCluster(root.node.tryFindChild('chart') as Chart ?? new Chart(root, 'chart'), `etcd-${i}`, { networkPolicy: false });
      cluster.node.addDependency(...previous === undefined ? [] : [previous]);
      return cluster;
    }],
  ])('takes cdk8s no more than a cube of steps, for %s in a row', (_, add) => {
    const steps = (length: number) => stepsOf(() => chain(length, add).synthYaml());
    // each app more would take twice as long, and twelve 64 times as long as six, were there two ways from one to the next.
    expect(steps(12)).toBeLessThan(10 * steps(6));
  });
});
