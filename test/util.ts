import { App, Chart, ChartProps, Testing } from 'cdk8s';
import { schemaErrors } from './kubernetes-schema';

/** A chart at the path `test` of an app of its own. */
export function newChart(props?: ChartProps): Chart {
  return new Chart(new App(), 'test', props);
}

/** The manifests of a chart, after everything that is checked at synth. */
export function synth(chart: Chart): any[] {
  return Testing.synth(chart);
}

/** The one manifest of a kind, and of a name where several have the kind. */
export function find(manifests: any[], kind: string, name?: string): any {
  const found = manifests.filter(manifest => manifest.kind === kind && (name === undefined || manifest.metadata.name === name));
  if (found.length !== 1) {
    const all = manifests.map(manifest => `${manifest.kind} ${manifest.metadata?.name}`).join(', ');
    throw new Error(`expected one ${kind}${name === undefined ? '' : ` named '${name}'`}, got ${found.length} among: ${all}`);
  }
  return found[0];
}

/** The StatefulSet of a chart that has one. */
export function statefulSet(chart: Chart): any {
  return find(synth(chart), 'StatefulSet');
}

/** The one manifest of a kind, which Kubernetes accepts. */
export function accepted(chart: Chart, kind: string): any {
  const manifest = find(synth(chart), kind);
  expect(schemaErrors(manifest)).toEqual([]);
  return manifest;
}
