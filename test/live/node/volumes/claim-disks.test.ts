import { refusalOf, uses } from './claim-disks';
import { KubeObject } from '../../control-plane/objects';

const claimOf = (spec: object): KubeObject => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'default' }, spec });
const podOf = (claimName: string, changes: object = { nodeName: 'node' }, namespace = 'default'): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace }, spec: { volumes: [{ name: 'tmp', emptyDir: {} }, { name: 'data', persistentVolumeClaim: { claimName } }], ...changes },
});

describe('refusalOf', () => {
  test('gives a file system to a claim of the default storage class, or of any that has a name', () => {
    expect(refusalOf(claimOf({}))).toBeUndefined();
    expect(refusalOf(claimOf({ volumeMode: 'Filesystem', storageClassName: 'fast' }))).toBeUndefined();
  });

  test('refuses raw block volumes', () => {
    expect(refusalOf(claimOf({ volumeMode: 'Block' }))).toMatch(/raw block volumes are not supported/);
  });

  test('refuses claims without a storage class, since there are no volumes but those made on demand', () => {
    expect(refusalOf(claimOf({ storageClassName: '' }))).toMatch(/no persistent volumes available for this claim and no storage class is set/);
  });
});

describe('uses', () => {
  const claim = claimOf({});

  test('is so for a pod on a node that has the claim among its volumes', () => {
    expect(uses(podOf('data'), claim)).toBe(true);
  });

  test('is not so for a pod of another claim, or of another namespace', () => {
    expect(uses(podOf('data-2'), claim)).toBe(false);
    expect(uses(podOf('data', { nodeName: 'node' }, 'other'), claim)).toBe(false);
    expect(uses(podOf('data', { nodeName: 'node', volumes: undefined }), claim)).toBe(false);
  });

  test('is not so for a pod that is on no node yet', () => {
    expect(uses(podOf('data', {}), claim)).toBe(false);
  });
});
