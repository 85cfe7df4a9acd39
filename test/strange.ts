import { ApiObject, Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as fc from 'fast-check';
import { isForeign } from './foreign-kinds';
import { schemaErrors } from './kubernetes-schema';
import { newChart, synth } from './util';
import { HeadlessService, StatefulApp } from '../src';
import { SERVICE_SPEC, STATEFUL_SET_SPEC } from '../src/private/manifest-shapes';
import { Shape } from '../src/private/shape';

/** Anything that a program in plain JavaScript, or in another language, may hand over. */
export const strange = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true, withTypedArray: true }),
  fc.constantFrom<unknown>(
    NaN, Infinity, -1, 0, 0.5, 2 ** 31, 1e21, '', ' ', null, undefined, true, [], {}, [null], [undefined], [{}], { a: null }, '5', 'Ä', 'a'.repeat(300),
    Symbol('x'), () => 5, new Date(0), new Map(), { toString: null }, { name: NaN }, Size.gibibytes(1), Duration.millis(5), Size.mebibytes(NaN),
  ),
);

/** The same object with one value changed, however deep it lies. */
export function put(object: any, [key, ...rest]: string[], value: unknown): any {
  const copy = Array.isArray(object) ? [...object] : { ...object };
  copy[key] = rest.length === 0 ? value : put(copy[key], rest, value);
  return copy;
}

/** Whether what is made in a chart under the id `web` is written; what is not must be refused in words, and what is must be as Kubernetes wants it. */
export function attempt(make: (chart: Chart) => unknown): boolean {
  const chart = newChart();
  let manifests;
  try {
    make(chart);
    manifests = synth(chart);
  } catch (error) {
    const { message } = error as Error;
    expect(message).toMatch(/\[test\/web[^\]]*\] |at path 'test\/web/);
    expect(message).not.toMatch(/TypeError|RangeError|is not a function|is not iterable|Cannot (read|convert|destructure)/);
    return false;
  }
  expect(manifests.filter(manifest => !isForeign(manifest)).flatMap(schemaErrors)).toEqual([]);
  chart.node.findAll().forEach(construct => {
    if (construct instanceof StatefulApp) {
      expectWrittenAlike(STATEFUL_SET_SPEC, construct._toKube(), kplus.k8s.toJson_StatefulSetSpec);
    } else if (construct instanceof HeadlessService) {
      expectWrittenAlike(SERVICE_SPEC, construct._toKube(), kplus.k8s.toJson_ServiceSpec);
    }
  });
  return true;
}

/** That what is written in one pass is what cdk8s-plus and cdk8s make in theirs, in the same order. */
function expectWrittenAlike<T>(shape: Shape, struct: T, toJson: (struct: T) => unknown): void {
  const written = shape.written(struct);
  if (written !== undefined) {
    const object = new ApiObject(newChart(), 'object', { apiVersion: 'v1', kind: 'Any', spec: toJson(struct) });
    expect(JSON.stringify(written)).toBe(JSON.stringify(object.toJson().spec));
  }
}
