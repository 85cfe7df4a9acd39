import { ConfigError, filesOf, referenced, variablesOf } from './config-objects';
import { ObjectStore } from '../../control-plane/store';

const metadata = { name: 'app', namespace: 'default' };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: 'ü' }, binaryData: { bytes: '/wA=' } };
const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { password: 'w7w=' } };

// https://kubernetes.io/docs/concepts/configuration/configmap/ and https://kubernetes.io/docs/concepts/configuration/secret/
describe('what a pod refers to', () => {
  const store = new ObjectStore();
  store.create(configMap);

  test('is found in the namespace of the pod', () => {
    expect(referenced(store, 'ConfigMap', 'default', { name: 'app' })).toMatchObject(configMap);
    expect(() => referenced(store, 'ConfigMap', 'other', { name: 'app' })).toThrow(/^configmap "app" not found$/);
  });

  test('keeps a container waiting while it is missing', () => {
    expect(() => referenced(store, 'Secret', 'default', { name: 'app' })).toThrow(ConfigError);
    expect(() => referenced(store, 'Secret', 'default', { name: 'app', optional: false })).toThrow(/^secret "app" not found$/);
  });

  test('may be missing where it is optional', () => {
    expect(referenced(store, 'Secret', 'default', { name: 'app', optional: true })).toBeUndefined();
  });

  test('has text and bytes for files', () => {
    expect(filesOf(configMap)).toEqual({ text: Buffer.from('ü'), bytes: Buffer.from([0xff, 0]) });
    expect(filesOf(secret)).toEqual({ password: Buffer.from('ü') });
    expect(filesOf({ ...configMap, data: undefined, binaryData: undefined })).toEqual({});
  });

  test('has text alone for variables', () => {
    expect(variablesOf(configMap)).toEqual({ text: 'ü' });
    expect(variablesOf(secret)).toEqual({ password: 'ü' });
  });
});
