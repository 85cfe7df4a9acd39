import { App, AppProps, Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { appOf, filesOf, outcome, paths, recipes } from './random-app';
import { FleetApp } from '../../src';

const stock = (props: AppProps) => new App(props);
const fleet = (props: AppProps) => new FleetApp(props);

describe('FleetApp and App', () => {
  test('write the same files for whatever app', () => {
    let written = 0;
    let circles = 0;
    fc.assert(fc.property(recipes, recipe => {
      const [theirs, ours] = [stock, fleet].map(make => outcome(() => filesOf(outdir => appOf(recipe, make, outdir).synth())));
      written += typeof theirs === 'object' ? Object.keys(theirs).length : 0;
      circles += theirs === 'a circle' ? 1 : 0;
      expect(ours).toEqual(theirs);
    }), { numRuns: Number(process.env.RUNS ?? 1000) });
    console.log(written, circles);
  });

  test('give the same text, and know their charts in the same order', () => {
    fc.assert(fc.property(recipes, recipe => {
      const [theirs, ours] = [stock, fleet].map(make => appOf(recipe, make));
      const same = (look: (app: App) => any) => {
        const [theirResult, ourResult] = [theirs, ours].map(app => outcome(() => look(app)));
        expect(ourResult).toEqual(theirResult);
        return theirResult;
      };
      same(app => paths(app.charts));
      if (same(app => app.synthYaml()) !== 'a circle') {
        same(app => paths(app.charts));
      }
    }), { numRuns: Number(process.env.RUNS ?? 1000) });
    void Yaml;
  });
});
