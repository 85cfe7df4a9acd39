import { BUSYBOX } from './pods';

/** What is stated of a StatefulSet: fields of its spec, and a few that go elsewhere. */
export interface Wish {
  /** Decides what runs: two images are two revisions. */
  readonly image?: string;
  /** More of the container. */
  readonly container?: object;
  /** More of the pod's spec. */
  readonly pod?: object;
  readonly podLabels?: object;
  readonly annotations?: object;
  /** Fields of the spec as they are written. */
  readonly [field: string]: unknown;
}

/** A change of a StatefulSet, after those before it in its series. */
export interface Change {
  readonly what: string;
  /** What is stated otherwise than before, or `gone`. */
  readonly to: Wish | 'gone';
  /** What happens to the pods, step by step: `+` made, `~` replaced, `-` deleted; with `&` at once, and `'` from the old template. */
  readonly moves: string;
  /** The API server refuses it, and what was before goes on. */
  readonly refused?: boolean;
  /** Pods that get the new template when somebody deletes them. */
  readonly byHand?: readonly number[];
  /** One of them, that somebody deletes in the end. */
  readonly thenDeleted?: number;
  /** Pods that keep an older template. */
  readonly heldBack?: readonly number[];
  /** Nothing moves before somebody deletes this pod. */
  readonly blockedBy?: number;
  /** Its pods never become ready, so that it ends with the first of its steps. */
  readonly broken?: boolean;
  /** What becomes of the claims: the ordinals for each fate. */
  readonly claims?: Record<string, readonly number[]>;
}

export interface Series {
  readonly name: string;
  readonly first: Wish;
  readonly changes: readonly Change[];
}

const [A, B, C, D] = [BUSYBOX, 'busybox:1.36.2', 'busybox:1.37.0', 'busybox:1.37.1'];
const BROKEN = 'busybox:no-such-tag';
const PARALLEL = { podManagementPolicy: 'Parallel' };
const ON_DELETE = { updateStrategy: { type: 'OnDelete' } };
const ROLLING = { updateStrategy: { type: 'RollingUpdate' } };

function partition(number: number): Wish {
  return { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: number } } };
}

function retention(whenScaled: string, whenDeleted: string): Wish {
  return { persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted } };
}

/** The template of the claims. */
function claim({ storage = '16Mi', ...spec }: any = {}, metadata: object = {}): object {
  return { metadata: { name: 'data', ...metadata }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec } };
}

/** What Kubernetes fills in, written out. */
const DEFAULTS: Wish = {
  ...partition(0),
  ...retention('Retain', 'Retain'),
  podManagementPolicy: 'OrderedReady',
  revisionHistoryLimit: 10,
  minReadySeconds: 0,
  container: { imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' },
  pod: { restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', securityContext: {} },
};

const inOrder: Series = {
  name: 'ordered',
  first: { replicas: 3 },
  changes: [
    { what: 'another image', to: { image: B }, moves: '~2 ~1 ~0' },
    { what: 'a variable', to: { container: { env: [{ name: 'LOG_LEVEL', value: 'debug' }] } }, moves: '~2 ~1 ~0' },
    { what: 'more replicas', to: { replicas: 5 }, moves: '+3 +4' },
    { what: 'fewer replicas', to: { replicas: 2 }, moves: '-4 -3 -2' },
    { what: 'more replicas and another image', to: { replicas: 4, image: C }, moves: '+2 +3 ~1 ~0' },
    { what: 'fewer replicas and another image', to: { replicas: 2, image: D }, moves: '-3 -2 ~1 ~0' },
    { what: 'an older image again', to: { image: C }, moves: '~1 ~0' },
    { what: 'no replicas', to: { replicas: 0 }, moves: '-1 -0' },
    { what: 'another image while there is no pod', to: { image: A }, moves: '' },
    { what: 'replicas again', to: { replicas: 2 }, moves: '+0 +1' },
  ],
};

const nothing: Series = {
  name: 'quiet',
  first: { replicas: 2 },
  changes: [
    { what: 'the same again', to: {}, moves: '' },
    { what: 'the defaults of Kubernetes, written out', to: DEFAULTS, moves: '' },
    { what: 'an annotation of the StatefulSet', to: { annotations: { owner: 'accounting' } }, moves: '' },
    { what: 'a time that a pod has to be ready', to: { minReadySeconds: 1 }, moves: '' },
    { what: 'another claim policy', to: retention('Delete', 'Retain'), moves: '' },
    { what: 'a label of the pods', to: { podLabels: { tier: 'back' } }, moves: '~1 ~0' },
    { what: 'a longer time to stop', to: { pod: { ...DEFAULTS.pod, terminationGracePeriodSeconds: 3 } }, moves: '~1 ~0' },
  ],
};

const parallel: Series = {
  name: 'parallel',
  first: { replicas: 3, ...PARALLEL },
  changes: [
    { what: 'another image', to: { image: B }, moves: '~2 ~1 ~0' },
    { what: 'more replicas', to: { replicas: 5 }, moves: '+3&+4' },
    { what: 'fewer replicas', to: { replicas: 3 }, moves: '-3&-4' },
    { what: 'more replicas and another image', to: { replicas: 4, image: C }, moves: '+3 ~2 ~1 ~0' },
    { what: 'fewer replicas and another image', to: { replicas: 2, image: D }, moves: '-2&-3&~1 ~0' },
    { what: 'a higher first ordinal', to: { ordinals: { start: 2 } }, moves: '+2&+3&-0&-1' },
    { what: 'an image that is not there', to: { image: BROKEN }, moves: '~3', broken: true },
    { what: 'an image that is there', to: { image: A }, moves: '~3 ~2' },
    { what: 'an image that is not there, for the last', to: { image: BROKEN, ...partition(1) }, moves: '~3', heldBack: [2], broken: true },
    { what: 'the same for all', to: partition(0), moves: '', blockedBy: 3, broken: true },
    { what: 'the older image again', to: { image: A }, moves: '~3' },
    { what: 'the StatefulSet goes', to: 'gone', moves: '-2&-3' },
  ],
};

const partitions: Series = {
  name: 'partition',
  first: { replicas: 3, ...partition(0) },
  changes: [
    { what: 'another image, staged', to: { image: B, ...partition(3) }, moves: '', heldBack: [0, 1, 2] },
    { what: 'the partition is lowered to the last', to: partition(2), moves: '~2', heldBack: [0, 1] },
    { what: 'the partition is lowered by one', to: partition(1), moves: '~1', heldBack: [0] },
    { what: 'the partition goes', to: partition(0), moves: '~0' },
    { what: 'another image for the last two', to: { image: C, ...partition(1) }, moves: '~2 ~1', heldBack: [0] },
    { what: 'the partition is raised', to: partition(3), moves: '', heldBack: [0] },
    { what: 'more replicas than the partition', to: { replicas: 5, ...partition(4) }, moves: "+3' +4", heldBack: [0] },
    { what: 'a third image for the last two', to: { image: D, ...partition(3) }, moves: '~4 ~3', heldBack: [0, 1, 2] },
    { what: 'fewer replicas', to: { replicas: 3 }, moves: '-4 -3', heldBack: [0, 1, 2] },
    { what: 'the second image again, for all', to: { image: C, ...partition(0) }, moves: '~0' },
    { what: 'a partition beyond all pods, and another image', to: { image: A, ...partition(9) }, moves: '', heldBack: [0, 1, 2] },
    { what: 'back', to: { image: C }, moves: '' },
  ],
};

const onDelete: Series = {
  name: 'by-hand',
  first: { replicas: 3, ...partition(0) },
  changes: [
    { what: 'OnDelete', to: ON_DELETE, moves: '' },
    { what: 'another image', to: { image: B }, moves: '', byHand: [2, 1, 0], thenDeleted: 1 },
    { what: 'more replicas', to: { replicas: 4 }, moves: '+3', byHand: [2, 0] },
    { what: 'fewer replicas', to: { replicas: 2 }, moves: '-3 -2', byHand: [0] },
    { what: 'RollingUpdate', to: ROLLING, moves: '~0' },
  ],
};

const ordinals: Series = {
  name: 'ordinals',
  first: { replicas: 3 },
  changes: [
    { what: 'a higher first ordinal', to: { ordinals: { start: 1 } }, moves: '+3 -0' },
    { what: 'a lower one, and another image', to: { ordinals: { start: 0 }, image: B }, moves: '+0 -3 ~2 ~1' },
    { what: 'another image from a partition, which counts from the first ordinal', to: { ordinals: { start: 1 }, image: C, ...partition(1) }, moves: '+3 -0 ~2', heldBack: [1] },
  ],
};

const claims: Series = {
  name: 'claims',
  first: { replicas: 2, ...PARALLEL, volumeClaimTemplates: [claim()] },
  changes: [
    { what: 'more replicas', to: { replicas: 3 }, moves: '+2', claims: { stays: [0, 1], made: [2] } },
    { what: 'fewer replicas', to: { replicas: 1 }, moves: '-1&-2', claims: { stays: [0], orphaned: [1, 2] } },
    { what: 'more replicas again', to: { replicas: 2 }, moves: '+1', claims: { stays: [0], reused: [1], orphaned: [2] } },
    { what: 'fewer replicas, whose claims are deleted', to: { replicas: 1, ...retention('Delete', 'Retain') }, moves: '-1', claims: { stays: [0], deleted: [1], orphaned: [2] } },
    { what: 'more replicas after that', to: { replicas: 2 }, moves: '+1', claims: { stays: [0], made: [1], orphaned: [2] } },
    { what: 'another image', to: { image: B }, moves: '~1 ~0', claims: { stays: [0, 1], orphaned: [2] } },
    { what: 'a label of the claim template', to: { volumeClaimTemplates: [claim({}, { labels: { tier: 'data' } })] }, moves: '', refused: true },
    { what: 'larger claims', to: { volumeClaimTemplates: [claim({ storage: '32Mi' })] }, moves: '', refused: true },
    { what: 'smaller claims', to: { volumeClaimTemplates: [claim({ storage: '8Mi' })] }, moves: '', refused: true },
    { what: 'another storage class', to: { volumeClaimTemplates: [claim({ storageClassName: 'fast' })] }, moves: '', refused: true },
    { what: 'another access mode', to: { volumeClaimTemplates: [claim({ accessModes: ['ReadWriteOncePod'] })] }, moves: '', refused: true },
    { what: 'one more claim', to: { volumeClaimTemplates: [claim(), claim({}, { name: 'log' })] }, moves: '', refused: true },
    { what: 'no claim', to: { volumeClaimTemplates: undefined }, moves: '', refused: true },
    { what: 'the defaults of a claim, written out', to: { volumeClaimTemplates: [claim({ volumeMode: 'Filesystem' })] }, moves: '' },
    { what: 'claims that go with the StatefulSet', to: retention('Retain', 'Delete'), moves: '' },
    { what: 'the StatefulSet goes', to: 'gone', moves: '-0&-1', claims: { deleted: [0, 1], orphaned: [2] } },
  ],
};

const refused: Series = {
  name: 'fixed',
  first: { replicas: 1 },
  changes: [
    { what: 'another governing service', to: { serviceName: 'other' }, moves: '', refused: true },
    { what: 'another selector', to: { selector: { matchLabels: { set: 'other' } }, podLabels: { set: 'other' } }, moves: '', refused: true },
    { what: 'labels of the pods that the selector does not match', to: { podLabels: { set: 'other' } }, moves: '', refused: true },
    { what: 'pods in parallel', to: PARALLEL, moves: '', refused: true },
    { what: 'another length of the history', to: { revisionHistoryLimit: 3 }, moves: '', refused: true },
    { what: 'OnDelete where no strategy was stated', to: ON_DELETE, moves: '', refused: true },
    { what: 'a fixed field among others', to: { image: B, replicas: 3, serviceName: 'other' }, moves: '', refused: true },
    { what: 'the others alone', to: { image: B, replicas: 2 }, moves: '+1 ~0' },
  ],
};

const stuck: Series = {
  name: 'stuck',
  first: { replicas: 3 },
  changes: [
    { what: 'an image that is not there', to: { image: BROKEN }, moves: '~2', broken: true },
    { what: 'another image', to: { image: B }, moves: '~2 ~1 ~0', blockedBy: 2 },
    { what: 'again one that is not there', to: { image: BROKEN }, moves: '~2', broken: true },
    { what: 'the older image', to: { image: B }, moves: '~2', blockedBy: 2 },
    { what: 'once more one that is not there', to: { image: BROKEN }, moves: '~2', broken: true },
    { what: 'the older image, without the pod that is not ready', to: { image: B, replicas: 2 }, moves: '-2' },
  ],
};

export const SERIES: readonly Series[] = [claims, partitions, inOrder, parallel, stuck, nothing, onDelete, ordinals, refused];
