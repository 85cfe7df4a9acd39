import * as fs from 'node:fs';
import * as path from 'node:path';
import { documents } from './documents';
import type { Synth } from '../workload';

/** A peer without constructs: `print` is called for every object; files are named and joined as cdk8s does it. */
export function files(print: (document: object) => string): Synth {
  return (charts, outdir) => {
    for (const { name, apps } of charts) {
      const text = apps.flatMap(documents).map(print).join('---\n');
      fs.writeFileSync(path.join(outdir, `${name}.k8s.yaml`), text);
    }
  };
}
