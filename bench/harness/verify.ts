import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { synthOnce } from './children';
import { documents } from '../peers/documents';
import { charts, isTool, PeerName, SAME_OBJECTS, Shape } from '../workload';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Refuses to compare the speed of peers that do not do the same work: reads what each of them wrote for two apps. */
export function verify(peers: readonly PeerName[]): void {
  const shapes = (peer: PeerName) => isTool(peer) ? ['one-chart'] as const : ['one-chart', 'many-charts'] as const;
  const problems = peers.flatMap((peer) => shapes(peer).flatMap((shape) => problemsOf(peer, shape)));
  if (problems.length > 0) {
    throw new Error(`the peers do not give the same objects, so their speed must not be compared:\n  ${problems.join('\n  ')}`);
  }
}

function problemsOf(peer: PeerName, shape: Shape): string[] {
  const work = charts(shape, 2);
  const got = new Map<string, Json>();
  const view = SAME_OBJECTS.includes(peer) ? (document: Json) => document : essentials;

  synthOnce({ peer, shape, n: work.flatMap((chart) => chart.apps).length }, (outdir) => {
    for (const chart of work) {
      flatten(view(read(path.join(outdir, `${chart.name}.k8s.yaml`))), chart.name, got);
    }
  });

  const expected = new Map<string, Json>();
  for (const chart of work) {
    flatten(view(chart.apps.flatMap(documents) as Json), chart.name, expected);
  }
  return [...new Set([...expected.keys(), ...got.keys()])]
    .filter((key) => expected.get(key) !== got.get(key))
    .map((key) => `${peer}, ${shape}: ${key}: expected ${JSON.stringify(expected.get(key))}, got ${JSON.stringify(got.get(key))}`);
}

function read(file: string): Json {
  return parseAllDocuments(fs.readFileSync(file, 'utf8'), { version: '1.1' }).map((document) => document.toJSON());
}

/** What the workload promises, and so all that `kplus` can be held to. */
function essentials(chart: any): Json {
  return chart.map((document: any) => document.kind === 'Service'
    ? { kind: 'Service', clusterIP: document.spec.clusterIP, ports: document.spec.ports.map((port: any) => [port.name, port.port]) }
    : {
      kind: document.kind,
      name: document.metadata.name,
      replicas: document.spec.replicas,
      claims: document.spec.volumeClaimTemplates,
      containers: document.spec.template.spec.containers.map((container: any) => ({
        image: container.image,
        env: container.env,
        ports: container.ports.map((port: any) => [port.name, port.containerPort]),
        volumeMounts: container.volumeMounts,
      })),
    });
}

/** One entry for each leaf, so that a difference can be told by its path; order of keys does not count, order of documents does. */
function flatten(value: Json, at: string, into: Map<string, Json>): void {
  if (value === null || typeof value !== 'object') {
    into.set(at, value);
    return;
  }
  // two empty lists are equal, and differ from none.
  if (Object.keys(value).length === 0) {
    into.set(at, JSON.stringify(value));
  }
  Object.entries(value).forEach(([key, child]) => flatten(child, `${at}.${key}`, into));
}
