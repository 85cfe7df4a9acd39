import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { documents } from '../peers/documents';
import { ChartOfApps } from '../workload';

/** Manifests as they are, which kustomize reads, labels and prints again: what it is asked for most. */
export function prepare(charts: ChartOfApps[], folder: string): void {
  for (const { name, apps } of charts) {
    const base = path.join(folder, name);
    fs.mkdirSync(base);
    fs.writeFileSync(path.join(base, 'all.yaml'), apps.flatMap(documents).map((document) => stringify(document)).join('---\n'));
    fs.writeFileSync(path.join(base, 'kustomization.yaml'), stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: ['all.yaml'],
      // in the order of the file, as everybody else.
      sortOptions: { order: 'fifo' },
    }));
  }
}

/** kustomize itself or the copy in kubectl, whichever the machine has. */
export function command(folder: string): string[] | undefined {
  return [['kustomize', 'build', folder], ['kubectl', 'kustomize', folder]].find(([program, ...args]) => !spawnSync(program, [args[0], '--help']).error);
}
