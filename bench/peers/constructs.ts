import { App, AppProps, Chart } from 'cdk8s';
import type { Synth } from '../workload';

/** A peer made of constructs: the stock `Chart`, and unless it says otherwise `App`, with `build` called for every app. */
export function constructs(build: (chart: Chart, name: string) => void, newApp = (props: AppProps) => new App(props)): Synth {
  return (charts, outdir) => {
    const app = newApp({ outdir });
    for (const { name, apps } of charts) {
      const chart = new Chart(app, name);
      apps.forEach((id) => build(chart, id));
    }
    app.synth();
  };
}
