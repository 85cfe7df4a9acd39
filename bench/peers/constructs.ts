import { App, Chart } from 'cdk8s';
import type { Synth } from '../workload';

/** A peer made of constructs: the stock `App` and `Chart`, with `build` called for every app. */
export function constructs(build: (chart: Chart, name: string) => void): Synth {
  return (charts, outdir) => {
    const app = new App({ outdir });
    for (const { name, apps } of charts) {
      const chart = new Chart(app, name);
      apps.forEach((id) => build(chart, id));
    }
    app.synth();
  };
}
