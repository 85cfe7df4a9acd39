import { Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { newChart, statefulSet } from './util';
import { StatefulApp, StatefulAppProps } from '../src';

export const CONTAINER: kplus.ContainerProps = { name: 'web', image: 'web:1.2.3', ports: [{ number: 8080, name: 'http' }] };

/** An app named `web` with one container. */
export function newApp(props: StatefulAppProps = {}, chart = newChart()): StatefulApp {
  return new StatefulApp(chart, 'web', { containers: [CONTAINER], ...props });
}

/** The spec of its StatefulSet. */
export function specOf(props: StatefulAppProps = {}): any {
  return statefulSet(Chart.of(newApp(props))).spec;
}

/** The spec of its pods. */
export function podOf(props: StatefulAppProps = {}): any {
  return specOf(props).template.spec;
}
