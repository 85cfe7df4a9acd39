import { Chart } from 'cdk8s';
import { EtcdCluster, EtcdClusterProps, EtcdMembership } from '../../src';
import { isForeign } from '../foreign-kinds';
import { schemaErrors } from '../kubernetes-schema';
import { find, newChart, synth } from '../util';

/** A cluster named `etcd`, with etcd and nothing else in its pods. */
export function newCluster(props?: EtcdClusterProps, chart = newChart()): EtcdCluster {
  return new EtcdCluster(chart, 'etcd', { membership: EtcdMembership.fixed(), ...props });
}

/** What a cluster is written as, all of which Kubernetes accepts. */
export function manifestsOf(cluster: EtcdCluster): any[] {
  const manifests = synth(Chart.of(cluster));
  expect(manifests.filter(manifest => !isForeign(manifest)).flatMap(schemaErrors)).toEqual([]);
  return manifests;
}

/** The spec of the members' pods. */
export function podOf(cluster: EtcdCluster): any {
  return find(manifestsOf(cluster), 'StatefulSet').spec.template.spec;
}

/** The container that runs etcd. */
export function containerOf(cluster: EtcdCluster): any {
  return podOf(cluster).containers.find(({ name }: any) => name === 'etcd');
}

/** What etcd is told by variables: text, or the key of a ConfigMap or a field of the pod in brackets. */
export function variablesOf(cluster: EtcdCluster): Record<string, string> {
  return Object.fromEntries(containerOf(cluster).env.map(({ name, value, valueFrom }: any) => [
    name, value ?? (valueFrom.configMapKeyRef ? `[${valueFrom.configMapKeyRef.name}/${valueFrom.configMapKeyRef.key}]` : `[${valueFrom.fieldRef.fieldPath}]`),
  ]));
}
