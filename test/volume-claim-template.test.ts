import { Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { schemaErrors } from './kubernetes-schema';
import { newChart, statefulSet } from './util';
import { ClaimDataSource, ClaimRetention, StatefulApp, VolumeClaimTemplate, VolumeClaimTemplateProps } from '../src';

const { PersistentVolumeAccessMode, PersistentVolumeMode } = kplus;

let chart: Chart;
let app: StatefulApp;

beforeEach(() => {
  chart = newChart();
  app = new StatefulApp(chart, 'x', { containers: [{ name: 'db', image: 'db:1.2.3' }, { name: 'backup', image: 'backup:1' }] });
});

const claimOf = (props: Partial<VolumeClaimTemplateProps> = {}) => app.addVolumeClaimTemplate({ name: 'data', storage: Size.gibibytes(10), ...props });

/** The spec of the set as it is written, which Kubernetes accepts. */
function written(): any {
  const set = statefulSet(chart);
  expect(schemaErrors(set)).toEqual([]);
  return set.spec;
}

const claimsWritten = () => written().volumeClaimTemplates;
const containerWritten = (name: string) => written().template.spec.containers.find((container: any) => container.name === name);

describe('VolumeClaimTemplate', () => {
  test('may say readOnly: false, which is the default, wherever', () => {
    const scope = new Construct(newChart(), 'x');
    const storage = Size.gibibytes(1);
    expect(new VolumeClaimTemplate(scope, 'a', { name: 'a', storage, readOnly: false }).name).toEqual('a');
    expect(new VolumeClaimTemplate(scope, 'b', {
      name: 'b', storage, readOnly: false, mountPath: '/dev/xvda', volumeMode: kplus.PersistentVolumeMode.BLOCK,
    }).name).toEqual('b');
  });

  test('says nothing that was not asked for', () => {
    const claim = claimOf();
    expect(claimsWritten()).toEqual([{
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
    }]);
    expect([claim.name, claim.storage.toGibibytes(), claim.storageClass, claim.container]).toEqual(['data', 10, undefined, undefined]);
    expect(claim.accessModes).toEqual([PersistentVolumeAccessMode.READ_WRITE_ONCE]);
    expect(claim.volumeMode).toEqual(PersistentVolumeMode.FILE_SYSTEM);
    expect([containerWritten('db').volumeMounts, containerWritten('backup').volumeMounts]).toEqual([undefined, undefined]);
  });

  test('is told from other things, also when it is of another copy of this package', () => {
    const { isVolumeClaimTemplate } = VolumeClaimTemplate;
    expect([app, null, undefined, 'data'].map(isVolumeClaimTemplate)).toEqual([false, false, false, false]);
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('../src')>('../src').VolumeClaimTemplate;
      expect(other).not.toBe(VolumeClaimTemplate);
      expect([isVolumeClaimTemplate(claimOf()), other.isVolumeClaimTemplate(claimOf({ name: 'b' }))]).toEqual([true, true]);
    });
  });

  test('says everything that was asked for', () => {
    const claim = claimOf({
      storageClass: 'fast.example.com',
      accessModes: [PersistentVolumeAccessMode.READ_WRITE_MANY, PersistentVolumeAccessMode.READ_ONLY_MANY],
      volumeMode: PersistentVolumeMode.FILE_SYSTEM,
      selector: kplus.LabelSelector.of({ labels: { disk: 'ssd' }, expressions: [kplus.LabelExpression.exists('rack')] }),
      dataSource: ClaimDataSource.snapshot('monday'),
      labels: { app: 'db' },
      annotations: { note: 'any text' },
    });
    expect(claimsWritten()).toEqual([{
      metadata: { name: 'data', labels: { app: 'db' }, annotations: { note: 'any text' } },
      spec: {
        accessModes: ['ReadWriteMany', 'ReadOnlyMany'],
        dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'monday' },
        resources: { requests: { storage: '10Gi' } },
        selector: { matchLabels: { disk: 'ssd' }, matchExpressions: [{ key: 'rack', operator: 'Exists' }] },
        storageClassName: 'fast.example.com',
        volumeMode: 'Filesystem',
      },
    }]);
    expect(claim.storageClass).toEqual('fast.example.com');
    expect(claim.accessModes).toEqual([PersistentVolumeAccessMode.READ_WRITE_MANY, PersistentVolumeAccessMode.READ_ONLY_MANY]);
  });

  test('takes an empty storage class for none, which is not the default class', () => {
    expect(claimOf({ storageClass: '' }).storageClass).toEqual('');
    expect(claimsWritten()[0].spec.storageClassName).toEqual('');
  });

  test('gets no label of the chart or the app, since a claim template cannot be changed', () => {
    chart = newChart({ labels: { version: '1' }, namespace: 'prod' });
    app = new StatefulApp(chart, 'x', { metadata: { labels: { a: 'b' } }, containers: [{ image: 'db:1.2.3' }] });
    claimOf({ labels: {}, annotations: {} });
    expect(claimsWritten()[0].metadata).toEqual({ name: 'data' });
  });

  test('is read as a copy', () => {
    const claim = claimOf();
    claim.accessModes.pop();
    expect(claim.accessModes).toEqual([PersistentVolumeAccessMode.READ_WRITE_ONCE]);
  });

  test('is a size of another copy of cdk8s too', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof import('cdk8s')>('cdk8s');
      expect(other.Size).not.toBe(Size);
      claimOf({ storage: other.Size.mebibytes(500) as any });
    });
    expect(claimsWritten()[0].spec.resources.requests.storage).toEqual('500Mi');
  });
});

describe('the volume of a VolumeClaimTemplate', () => {
  test('is mounted, and is none of the pod\'s own volumes', () => {
    const claim = claimOf();
    app.containers[0].mount('/var/lib/db', claim, { subPath: 'data' });
    expect(containerWritten('db').volumeMounts).toEqual([{ name: 'data', mountPath: '/var/lib/db', subPath: 'data' }]);
    expect(written().template.spec.volumes).toBeUndefined();
    expect([claim.asVolume().name, claim.asVolume().node.path]).toEqual(['data', 'test/x/data/Volume']);
  });

  test('is not in the tree, nor is the claim: cdk8s walks it many times, and neither makes an object', () => {
    const claim = claimOf();
    expect(app.node.findAll()).not.toContain(claim);
    expect(app.node.findAll()).not.toContain(claim.asVolume());
    expect(claim.node.scope).toBe(app);
  });

  test('fails when a construct is made below it or the claim, where cdk8s would not find it', () => {
    const claim = claimOf();
    expect(() => new Construct(claim, 'below')).toThrow(/^Cannot add children to "test\/x\/data" during synthesis$/);
    expect(() => new Construct(claim.asVolume(), 'below')).toThrow(/^Cannot add children to "test\/x\/data\/Volume" during synthesis$/);
  });

  test('is mounted into the first container unless another is named', () => {
    claimOf({ mountPath: '/data', subPath: 'a', readOnly: true });
    claimOf({ name: 'dumps', mountPath: '/dumps', container: 'backup' });
    expect(containerWritten('db').volumeMounts).toEqual([{ name: 'data', mountPath: '/data', subPath: 'a', readOnly: true }]);
    expect(containerWritten('backup').volumeMounts).toEqual([{ name: 'dumps', mountPath: '/dumps' }]);
  });

  test('is writable and mounted as a whole unless told otherwise', () => {
    claimOf({ mountPath: '/data', readOnly: false, subPath: undefined });
    expect(containerWritten('db').volumeMounts).toEqual([{ name: 'data', mountPath: '/data', readOnly: false }]);
  });

  test('waits for the container that it is for', () => {
    expect(claimOf({ mountPath: '/data', container: 'late' }).container).toEqual('late');
    app.addContainer({ name: 'late', image: 'late:1' });
    expect(containerWritten('late').volumeMounts).toEqual([{ name: 'data', mountPath: '/data' }]);
  });

  test('can be a raw block device', () => {
    expect(claimOf({ volumeMode: PersistentVolumeMode.BLOCK, mountPath: '/dev/xvda' }).volumeMode).toEqual(PersistentVolumeMode.BLOCK);
    expect(claimsWritten()[0].spec.volumeMode).toEqual('Block');
    expect(containerWritten('db').volumeDevices).toEqual([{ name: 'data', devicePath: '/dev/xvda' }]);
    expect(containerWritten('db').volumeMounts).toBeUndefined();
  });
});

describe('ClaimDataSource', () => {
  test('is a snapshot or another claim of the namespace', () => {
    const snapshot = ClaimDataSource.snapshot('monday');
    const claim = ClaimDataSource.claim('data-db-0');
    expect([snapshot.kind, snapshot.name, snapshot.apiGroup]).toEqual(['VolumeSnapshot', 'monday', 'snapshot.storage.k8s.io']);
    expect([claim.kind, claim.name, claim.apiGroup]).toEqual(['PersistentVolumeClaim', 'data-db-0', undefined]);
    claimOf({ dataSource: claim });
    expect(claimsWritten()[0].spec.dataSource).toEqual({ kind: 'PersistentVolumeClaim', name: 'data-db-0' });
  });

  test.each<[unknown, string]>([
    ['', 'must be .* got ""'], ['A b', 'must be .* got "A b"'], [5, 'must be .* got 5'], [undefined, 'is missing'], [null, 'is missing'],
  ])('fails when its name is %p', (name, problem) => {
    claimOf({ dataSource: ClaimDataSource.snapshot(name as string) });
    expect(() => written()).toThrow(new RegExp(`\\[test/x\\] spec\\.volumeClaimTemplates\\[0\\]\\.spec\\.dataSource\\.name ${problem}`));
  });
});

describe('VolumeClaimTemplate', () => {
  test.each<[string, any, RegExp]>([
    ['its storage is a text', { storage: '10Gi' }, /'storage' of claim 'data' must be a Size such as Size\.gibibytes\(10\), got "10Gi"$/],
    ['its storage is zero', { storage: Size.gibibytes(0) }, /'storage' of claim 'data' must be a whole number of kibibytes above zero, got 0 KiB$/],
    ['its storage is no number', { storage: Size.gibibytes(NaN) }, /'storage' of claim 'data' must be a whole number of kibibytes above zero, got NaN KiB$/],
    ['its storage is missing', { storage: undefined }, /'storage' of claim 'data' must be a Size .*, got undefined$/],
    ['its class is none', { storageClass: 'Fast' }, /'storageClass' of claim 'data' must be a DNS name: .*; got "Fast"$/],
    ['its class is null', { storageClass: null }, /'storageClass' of claim 'data' must be a DNS name: .*; got null$/],
    ['its access modes are one', { accessModes: 'ReadWriteOnce' }, /'accessModes' of claim 'data' must be a list, got "ReadWriteOnce"$/],
    ['its selector is a map', { selector: { disk: 'ssd' } }, /'selector' of claim 'data' must be made by LabelSelector\.of\(\), got an object$/],
    ['its source is a name', { dataSource: 'monday' }, /'dataSource' of claim 'data' must be an object, got "monday"$/],
    ['its source is null', { dataSource: null }, /'dataSource' of claim 'data' must be an object, got null$/],
    ['a label is a number', { labels: { a: 5 } }, /claim 'data'\.labels\.a must be a label value: .*; got 5$/],
    ['an annotation is a number', { annotations: { a: 5 } }, /claim 'data'\.annotations\.a must be text, got 5$/],
    ['labels are a text', { labels: 'a' }, /claim 'data'\.labels must be a map, got "a"$/],
    ['it is to be mounted read-only nowhere', { readOnly: true }, /claim 'data' says how it is mounted but not where: give a 'mountPath'$/],
    ['a part of it is mounted nowhere', { subPath: 'a' }, /claim 'data' says how it is mounted but not where: give a 'mountPath'$/],
    ['it is for a container but mounted nowhere', { container: 'db' }, /claim 'data' says how it is mounted but not where: give a 'mountPath'$/],
    ['a part of a block device is mounted', { volumeMode: 'Block', mountPath: '/dev/a', subPath: 'a' },
      /claim 'data' is a block device, which has no 'subPath' and no 'readOnly': leave them out$/],
    ['a block device is mounted read-only', { volumeMode: 'Block', mountPath: '/dev/a', readOnly: true },
      /claim 'data' is a block device, which has no 'subPath' and no 'readOnly': leave them out$/],
  ])('fails when %s', (_, props, message) => {
    const attempt = () => new VolumeClaimTemplate(new Construct(newChart(), 'x'), 'data', { name: 'data', storage: Size.gibibytes(1), ...props });
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(/^\[test\/x\/data\] /);
    expect(() => claimOf(props)).toThrow(message);
  });

  test.each<[unknown, string]>([['Data', '"Data"'], ['', '""'], [null, 'null'], [undefined, 'undefined'], [5, '5'], ['a.b', '"a\\.b"']])(
    'fails when its name is %p', (name, got) => {
      const message = new RegExp(`^\\[test/x(/data)?\\] 'name' of a claim template must be a DNS label: .*; got ${got}$`);
      expect(() => claimOf({ name: name as string })).toThrow(message);
      const props = { name: name as string, storage: Size.gibibytes(1) };
      expect(() => new VolumeClaimTemplate(new Construct(newChart(), 'x'), 'data', props)).toThrow(message);
    });

  test.each<[unknown, string]>([[undefined, 'undefined'], [null, 'null']])('fails when it is described by %p', (props, got) => {
    expect(() => new VolumeClaimTemplate(new Construct(newChart(), 'x'), 'data', props as any)).toThrow(
      new RegExp(`^\\[test/x/data\\] the properties of a claim template must be an object, got ${got}$`));
  });

  test.each<[string, any, RegExp]>([
    ['there is no access mode', { accessModes: [] }, /spec\.volumeClaimTemplates\[0\]\.spec\.accessModes must have at least 1 entry/],
    ['an access mode is unknown', { accessModes: ['RWO'] }, /spec\.volumeClaimTemplates\[0\]\.spec\.accessModes\[0\] must be one of ReadWriteOnce, .*; got "RWO"/],
    ['the volume mode is unknown', { volumeMode: 'block' }, /spec\.volumeClaimTemplates\[0\]\.spec\.volumeMode must be one of Filesystem, Block; got "block"/],
  ])('fails when %s', (_, props, message) => {
    claimOf(props);
    expect(() => written()).toThrow(message);
    expect(() => written()).toThrow(/\[test\/x\] /);
  });
});

describe('ClaimRetention', () => {
  const retentionOf = (retention: ClaimRetention, replicas?: number) => retention._toKube(new Construct(newChart(), 'x'), replicas);

  test.each<[string, ClaimRetention, unknown]>([
    ['retained', ClaimRetention.retain(), { whenDeleted: 'Retain', whenScaled: 'Retain' }],
    ['deleted with the set', ClaimRetention.delete({ whenDeleted: true }), { whenDeleted: 'Delete', whenScaled: 'Retain' }],
    ['deleted when scaled in', ClaimRetention.delete({ whenScaled: true, whenDeleted: false }), { whenDeleted: 'Retain', whenScaled: 'Delete' }],
    ['deleted with both', ClaimRetention.delete({ whenScaled: true, whenDeleted: true }), { whenDeleted: 'Delete', whenScaled: 'Delete' }],
  ])('says that claims are %s', (_, claimRetention, policy) => {
    chart = newChart();
    app = new StatefulApp(chart, 'x', { replicas: 3, claimRetention, containers: [{ image: 'db:1.2.3' }] });
    expect(app.claimRetention).toBe(claimRetention);
    expect(written().persistentVolumeClaimRetentionPolicy).toEqual(policy);
  });

  test.each<[any]>([[{}], [{ whenScaled: false }], [{ whenScaled: false, whenDeleted: false }], [undefined], [null]])(
    'fails when delete(%p) would delete nothing', options => {
      expect(() => retentionOf(ClaimRetention.delete(options), 3)).toThrow(
        /^\[test\/x\] ClaimRetention\.delete\(\) needs 'whenScaled: true', 'whenDeleted: true' or both: use retain\(\) to keep the claims$/);
    });

  test.each<[string, unknown, string]>([
    ['whenScaled', 'yes', '"yes"'], ['whenScaled', null, 'null'], ['whenDeleted', 1, '1'], ['whenDeleted', '', '""'], ['whenDeleted', {}, 'an object'],
  ])('fails when %s is %p', (key, value, got) => {
    expect(() => retentionOf(ClaimRetention.delete({ whenScaled: true, [key]: value }))).toThrow(
      new RegExp(`^\\[test/x\\] '${key}' of ClaimRetention\\.delete\\(\\) must be true or false, got ${got}$`));
  });

  test('fails when scaling to nothing would delete all data', () => {
    expect(() => retentionOf(ClaimRetention.delete({ whenScaled: true }), 0)).toThrow(new RegExp(
      '^\\[test/x\\] ClaimRetention\\.delete\\(\\{ whenScaled: true \\}\\) with 0 replicas deletes the claims of all pods, and their data:'
      + ' use retain\\(\\), and delete the claims by hand if you mean it$'));
  });

  test('may scale to nothing where claims are kept then, and with an autoscaler', () => {
    expect(retentionOf(ClaimRetention.delete({ whenDeleted: true }), 0)).toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
    expect(retentionOf(ClaimRetention.delete({ whenScaled: true }))).toEqual({ whenDeleted: 'Retain', whenScaled: 'Delete' });
  });
});
