import { ApiObject, ApiObjectMetadataDefinition, App, AppProps, Chart, IResolver, Lazy } from 'cdk8s';
import * as fc from 'fast-check';
import { isWritten } from '../../src/private/manifests';
import { hasUsualResolvers, metadataOf } from '../../src/private/metadata';

const OWNER = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: '2d4f' };

function objectIn(props?: AppProps): ApiObject {
  return new ApiObject(new Chart(new App(props), 'test', { namespace: 'shop', labels: { team: 'a' } }), 'object', { apiVersion: 'v1', kind: 'Service' });
}

function metadata(options: object, object: ApiObject): ApiObjectMetadataDefinition {
  return new ApiObjectMetadataDefinition({ ...options, apiObject: object });
}

function outcome(say: () => unknown): unknown {
  try {
    return say();
  } catch (error) {
    return { error: String(error) };
  }
}

/** That both say the same, in the same order. */
function expectSame(definition: ApiObjectMetadataDefinition, object: ApiObject): unknown {
  const [mine, their] = [() => metadataOf(definition, object), () => definition.toJson()].map(outcome);
  expect(mine).toStrictEqual(their);
  expect(JSON.stringify(mine)).toBe(JSON.stringify(their));
  return mine;
}

describe('metadataOf', () => {
  test('is what cdk8s says, in one pass', () => {
    const object = objectIn();
    const definition = metadata({
      name: 'web', labels: { b: '1', a: '' }, annotations: { 'example.com/z': 'two\nlines' }, finalizers: ['example.com/f'], ownerReferences: [OWNER],
    }, object);
    definition.addLabel('0', 'zero');
    definition.addAnnotation('a', 'added');
    expect(isWritten(expectSame(definition, object))).toBe(true);
    expect(isWritten(expectSame(object.metadata, object))).toBe(true);
  });

  test('is nothing where nothing is stated', () => {
    const object = objectIn();
    expect(expectSame(metadata({}, object), object)).toBeUndefined();
  });

  test('is what cdk8s says whatever is stated', () => {
    const key = fc.oneof(fc.constantFrom('a', 'b', 'example.com/c', '1', '__proto__', 'constructor', 'not a key'), fc.string());
    const value = fc.oneof(fc.constantFrom<unknown>('x', '', 5, null, undefined, true, [], {}, Lazy.any({ produce: () => 'later' })), fc.string());
    const map = fc.dictionary(key, value);
    const stated = fc.record({
      name: value,
      namespace: value,
      labels: map,
      annotations: map,
      finalizers: fc.array(value),
      ownerReferences: fc.array(fc.oneof(fc.constant(OWNER), map)),
      generateName: value,
    }, { requiredKeys: [] });
    const object = objectIn();
    fc.assert(fc.property(stated, map, (options, more) => {
      const definition = metadata(options, object);
      Object.entries(more).forEach(([name, attribute]) => definition.add(name, attribute));
      expectSame(definition, object);
    }), { numRuns: 2000 });
  });

  test('is left to cdk8s where another resolver may have its say', () => {
    const shouting: IResolver = { resolve: context => typeof context.value === 'string' && context.value === 'web' ? context.replaceValue('WEB') : undefined };
    const object = objectIn({ resolvers: [shouting] });
    expect(hasUsualResolvers(object)).toBe(false);
    expect(metadataOf(metadata({ labels: { app: 'web' } }, object), object)).toEqual({ labels: { app: 'WEB' } });
  });

  test.each(['labels', 'annotations', 'finalizers', 'ownerReferences', '_additionalAttributes'])('is left to a cdk8s that keeps no %s', field => {
    const object = objectIn();
    const definition = metadata({ labels: { app: 'web' } }, object);
    Object.defineProperty(definition, field, { value: undefined });
    definition.toJson = () => ({ labels: { app: 'of another version' } });
    expect(metadataOf(definition, object)).toEqual({ labels: { app: 'of another version' } });
  });
});
