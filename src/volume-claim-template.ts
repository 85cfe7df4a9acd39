import { Size } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { formOf } from './private/form';
import { checkMetadata, unlessEmpty } from './private/manifests';
import { dnsLabelProblem, subdomainProblem } from './private/names';
import { entryProblem, listProblem, objectProblem, refuse, refuseIf, shown, structProblem } from './private/refuse';
import { quantityOf, sizeProblem } from './private/units';

const formProblem = formOf<VolumeClaimTemplateProps>({
  storageClass: value => value === '' ? undefined : subdomainProblem(value),
  accessModes: value => listProblem(value),
  selector: value => objectProblem(value, '_toKube', 'LabelSelector.of()'),
  dataSource: structProblem,
});

const CLAIM_TEMPLATE = Symbol.for('cdk8s-stateful.VolumeClaimTemplate');

/**
 * Properties of `VolumeClaimTemplate`.
 */
export interface VolumeClaimTemplateProps {
  /**
   * The name of the template, and of the volume in each pod; the claim of a pod is called `<name>-<pod>`.
   */
  readonly name: string;

  /**
   * How much room each pod gets, e.g. `Size.gibibytes(10)`.
   *
   * It cannot be changed in place later: each claim is grown by hand, then the StatefulSet is replaced around its pods.
   *
   * @see https://github.com/kubernetes/kubernetes/issues/68737
   */
  readonly storage: Size;

  /**
   * The storage class that provides the disks.
   *
   * Absent and empty are different things: without it the cluster's default class serves, with `''` no disk is ever made, and the claim
   * waits for a volume that somebody prepared without a class.
   *
   * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1
   * @default - the cluster's default class.
   */
  readonly storageClass?: string;

  /**
   * From where the disk may be mounted at the same time.
   *
   * @default - [kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE]
   */
  readonly accessModes?: kplus.PersistentVolumeAccessMode[];

  /**
   * Whether pods see a file system or a raw block device.
   *
   * @default kplus.PersistentVolumeMode.FILE_SYSTEM
   */
  readonly volumeMode?: kplus.PersistentVolumeMode;

  /**
   * Labels of the prepared volumes that may be bound.
   *
   * @default - any volume that is large enough.
   */
  readonly selector?: kplus.LabelSelector;

  /**
   * What a new disk is filled from.
   *
   * @default - nothing: it is empty.
   */
  readonly dataSource?: ClaimDataSource;

  /**
   * Labels of the claims. Nothing else ever adds one: a claim template cannot be changed, not even in a label.
   *
   * @default - none.
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the claims.
   *
   * @default - none.
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Where the container sees the volume: a folder, or with `volumeMode` block the file of the device.
   *
   * @default - it is not mounted: use `container.mount(path, template)`.
   */
  readonly mountPath?: string;

  /**
   * The name of the container that `mountPath` is for.
   *
   * @default - the first container.
   */
  readonly container?: string;

  /**
   * The folder within the volume that is mounted at `mountPath`.
   *
   * @default - the whole volume.
   */
  readonly subPath?: string;

  /**
   * Whether the container may only read what is at `mountPath`.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}

/**
 * What new claims are filled from.
 *
 * @see https://kubernetes.io/docs/concepts/storage/persistent-volumes/#volume-snapshot-and-restore-volume-from-snapshot-support
 */
export class ClaimDataSource {
  /** A volume snapshot of the same namespace. */
  public static snapshot(name: string): ClaimDataSource {
    return new ClaimDataSource('VolumeSnapshot', name, 'snapshot.storage.k8s.io');
  }

  /** Another claim of the same namespace, which is cloned. */
  public static claim(name: string): ClaimDataSource {
    return new ClaimDataSource('PersistentVolumeClaim', name);
  }

  private constructor(
    /** The kind of the source. */
    public readonly kind: string,
    /** The name of the source. */
    public readonly name: string,
    /** The API group of the source, if it is not the core one. */
    public readonly apiGroup?: string,
  ) {}
}

/**
 * A claim for storage that a StatefulSet makes anew for each of its pods, and finds again for a pod of the same ordinal.
 *
 * It is made by `app.addVolumeClaimTemplate()`, and mounted by its `mountPath` or as `container.mount('/data', template)`.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage
 * @example
 *
 * const data = app.addVolumeClaimTemplate({ name: 'data', storage: Size.gibibytes(10), storageClass: 'fast' });
 * app.addContainer({ image: 'db:1.2.3' }).mount('/var/lib/db', data);
 */
export class VolumeClaimTemplate extends Construct implements kplus.IStorage {
  /**
   * Whether something is a claim template, of this copy of the package or of another.
   *
   * @param x anything.
   */
  public static isVolumeClaimTemplate(x: any): x is VolumeClaimTemplate {
    return typeof x === 'object' && x !== null && CLAIM_TEMPLATE in x;
  }

  /** The name of the template. */
  public readonly name: string;

  /** How much room each pod gets. */
  public readonly storage: Size;

  /** The storage class; absent means the cluster's default. */
  public readonly storageClass?: string;

  /** The name of the container that `mountPath` is for; absent means the first. */
  public readonly container?: string;

  /** Whether pods see a file system or a raw block device. */
  public readonly volumeMode: kplus.PersistentVolumeMode;

  private readonly volume: kplus.Volume;
  private isWaiting: boolean;

  /**
   * @param scope the app; use its `addVolumeClaimTemplate()`.
   * @param id the construct's id.
   * @param props what is claimed.
   */
  public constructor(scope: Construct, id: string, private readonly props: VolumeClaimTemplateProps) {
    super(scope, id);
    refuseIf(this, 'the properties of a claim template', entryProblem(props));
    refuseIf(this, '\'name\' of a claim template', dnsLabelProblem(props.name));
    refuseIf(this, () => `'storage' of claim '${props.name}'`, sizeProblem(props.storage));
    const found = formProblem(props);
    if (found !== undefined) {
      refuse(this, `'${found.field}' of claim '${props.name}' ${found.problem}`);
    }
    if (props.labels !== undefined || props.annotations !== undefined) {
      checkMetadata(this, { labels: props.labels, annotations: props.annotations }, `claim '${props.name}'`);
    }
    if (props.mountPath === undefined && (props.subPath !== undefined || props.readOnly || props.container !== undefined)) {
      refuse(this, `claim '${props.name}' says how it is mounted but not where: give a 'mountPath'`);
    }
    if (props.volumeMode === kplus.PersistentVolumeMode.BLOCK && (props.subPath !== undefined || props.readOnly)) {
      refuse(this, `claim '${props.name}' is a block device, which has no 'subPath' and no 'readOnly': leave them out`);
    }
    this.name = props.name;
    this.storage = props.storage;
    this.storageClass = props.storageClass;
    this.container = props.container;
    this.isWaiting = props.mountPath !== undefined;
    this.volumeMode = props.volumeMode ?? kplus.PersistentVolumeMode.FILE_SYSTEM;
    // only its name and its scope are ever used: the StatefulSet controller puts the claim into each pod.
    this.volume = kplus.Volume.fromEmptyDir(this, 'Volume', this.name);
    // the tree is spared both, since they make no object of their own and cdk8s walks it a dozen times; nothing below them would be found.
    scope.node.tryRemoveChild(id);
    this.node.lock();
  }

  /** From where the disk may be mounted at the same time. */
  public get accessModes(): kplus.PersistentVolumeAccessMode[] {
    return [...this.props.accessModes ?? [kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE]];
  }

  /** The volume of this claim in each pod. */
  public asVolume(): kplus.Volume {
    return this.volume;
  }

  /**
   * Whether the container that `mountPath` is for is yet to come.
   *
   * @internal
   */
  public get _isWaiting(): boolean {
    return this.isWaiting;
  }

  /**
   * Mounts the volume at its `mountPath`, once the container that is meant is one of these.
   *
   * @internal
   */
  public _mountInto(containers: kplus.Container[]): void {
    const { mountPath, container: wanted, subPath, readOnly } = this.props;
    const container = wanted === undefined ? containers[0] : containers.find(({ name }) => name === wanted);
    if (this.isWaiting && container !== undefined) {
      this.isWaiting = false;
      container.mount(mountPath!, this, { subPath, readOnly });
    }
  }

  /**
   * @internal
   */
  public _toKube(): kplus.k8s.KubePersistentVolumeClaimProps {
    const { labels, annotations, selector, dataSource, volumeMode, storageClass } = this.props;
    return {
      metadata: { name: this.name, labels: unlessEmpty(labels), annotations: unlessEmpty(annotations) },
      spec: {
        accessModes: this.accessModes,
        dataSource: dataSource && { kind: dataSource.kind, name: dataSource.name, apiGroup: dataSource.apiGroup },
        resources: { requests: { storage: kplus.k8s.Quantity.fromString(quantityOf(this.storage)) } },
        selector: selector?._toKube(),
        storageClassName: storageClass,
        volumeMode,
      },
    };
  }
}

Object.defineProperty(VolumeClaimTemplate.prototype, CLAIM_TEMPLATE, { value: true });

/**
 * When claims are deleted.
 */
export interface ClaimDeletionOptions {
  /**
   * Whether a claim goes when the app is scaled in below its ordinal.
   *
   * @default false
   */
  readonly whenScaled?: boolean;

  /**
   * Whether the claims go when the StatefulSet is deleted.
   *
   * @default false
   */
  readonly whenDeleted?: boolean;
}

/**
 * What happens to the claims of pods that are no longer wanted, and so to the data in them.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention
 */
export class ClaimRetention {
  /** Claims stay until a person deletes them; a pod that comes back finds its data. */
  public static retain(): ClaimRetention {
    return new ClaimRetention();
  }

  /**
   * Claims, and with most storage classes their data, are deleted.
   *
   * @param options when; at least one of the two.
   */
  public static delete(options: ClaimDeletionOptions): ClaimRetention {
    return new ClaimRetention(options ?? {});
  }

  private constructor(private readonly deleted?: ClaimDeletionOptions) {}

  /**
   * @internal
   */
  public _toKube(at: Construct, replicas: number | undefined): kplus.k8s.StatefulSetPersistentVolumeClaimRetentionPolicy {
    const { whenScaled = false, whenDeleted = false } = this.deleted ?? {};
    for (const [name, value] of Object.entries({ whenScaled, whenDeleted })) {
      if (typeof value !== 'boolean') {
        refuse(at, `'${name}' of ClaimRetention.delete() must be true or false, got ${shown(value)}`);
      }
    }
    if (this.deleted !== undefined && !whenScaled && !whenDeleted) {
      refuse(at, 'ClaimRetention.delete() needs \'whenScaled: true\', \'whenDeleted: true\' or both: use retain() to keep the claims');
    }
    if (whenScaled && replicas === 0) {
      refuse(at, 'ClaimRetention.delete({ whenScaled: true }) with 0 replicas deletes the claims of all pods, and their data:'
        + ' use retain(), and delete the claims by hand if you mean it');
    }
    const word = (deletes: boolean) => deletes ? 'Delete' : 'Retain';
    return { whenDeleted: word(whenDeleted), whenScaled: word(whenScaled) };
  }
}
