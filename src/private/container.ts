import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { dnsLabelProblem, portNameProblem } from './names';
import { isStruct, refuse, refuseIf, shown, textProblem, wholeNumberProblem } from './refuse';
import { resourceRequirements } from './resources';

/**
 * cdk8s-plus's container without what it adds unasked: a startup probe that kills slow starters, a pull at each start of a
 * pinned image, requests and limits out of the air. Mounts and ports that could not work are refused as they are made.
 */
export class PlainContainer extends kplus.Container {
  /** What the container was asked to be. */
  public readonly stated: kplus.ContainerProps;

  private readonly at: IConstruct;

  public constructor(at: IConstruct, props: kplus.ContainerProps) {
    check(at, props);
    super({
      ...props,
      resources: props.resources ?? {},
      imagePullPolicy: props.imagePullPolicy ?? defaultPullPolicy(props.image),
      // cdk8s-plus keeps and changes the objects that it is given.
      envVariables: { ...props.envVariables },
      envFrom: [...props.envFrom ?? []],
      volumeMounts: [],
    });
    this.at = at;
    this.stated = props;
    for (const port of this.ports) {
      this.checkPort(port);
    }
    for (const { path, volume, ...options } of props.volumeMounts ?? []) {
      this.mount(path, volume, options);
    }
    if (this.portNumber === undefined && this.ports.length > 0) {
      // probes and hooks without a port of their own take this one; cdk8s-plus would have them try port 80.
      Object.defineProperty(this, 'portNumber', { value: this.ports[0].number, enumerable: true });
    }
  }

  public mount(path: string, storage: kplus.IStorage, options: kplus.MountOptions = {}): void {
    checkMount(this.at, this.name, path, options, this.mounts);
    super.mount(path, storage, options);
  }

  public addPort(port: kplus.ContainerPort): void {
    super.addPort(port);
    // the ports of the props come before there is a construct to name.
    if (this.at !== undefined) {
      this.checkPort(port);
    }
  }

  public _toKube(): kplus.k8s.Container {
    const { imagePullPolicy, startup, resources } = this.stated;
    // cdk8s-plus can write memory in whole mebibytes and ephemeral storage in whole gibibytes only, so it is shown none.
    const container = super._toKube.call(Object.create(this, { resources: { value: undefined } }));
    return {
      ...container,
      imagePullPolicy,
      startupProbe: startup === undefined ? undefined : container.startupProbe,
      resources: resources && resourceRequirements(this.at, this.name, resources),
    };
  }

  private checkPort({ number, name }: kplus.ContainerPort): void {
    refuseIf(this.at, `a port of container '${this.name}'`, wholeNumberProblem(number, 1, 65535));
    refuseIf(this.at, `the name of port ${number} of container '${this.name}'`, name === undefined ? undefined : portNameProblem(name));
  }
}

/** Refuses a mount that no pod could start with. */
export function checkMount(at: IConstruct, container: string, path: unknown, options: kplus.MountOptions, mounts: kplus.VolumeMount[]): void {
  const what = `the mount path in container '${container}'`;
  refuseIf(at, what, textProblem(path));
  if (!(path as string).startsWith('/') || (path as string).includes(':')) {
    refuse(at, `${what} must be absolute and without a colon, got ${shown(path)}`);
  }
  const earlier = mounts.find(mount => mount.path === path);
  if (earlier !== undefined) {
    refuse(at, `container '${container}' has two mounts at ${shown(path)}, one of them '${earlier.volume.name}': give one another path`);
  }
  if (options.subPath !== undefined && options.subPathExpr !== undefined) {
    refuse(at, `the mount at ${shown(path)} in container '${container}' has 'subPath' and 'subPathExpr': give one`);
  }
  for (const [name, value] of Object.entries({ subPath: options.subPath, subPathExpr: options.subPathExpr })) {
    if (value !== undefined && (typeof value !== 'string' || value.startsWith('/') || value.split('/').includes('..'))) {
      refuse(at, `'${name}' of the mount at ${shown(path)} must be a path within the volume, got ${shown(value)}`);
    }
  }
}

function check(at: IConstruct, props: kplus.ContainerProps): void {
  if (!isStruct(props)) {
    refuse(at, `a container must be described by an object with at least an 'image', got ${shown(props)}`);
  }
  if (props.name !== undefined) {
    refuseIf(at, '\'name\' of a container', dnsLabelProblem(props.name));
  }
  refuseIf(at, `'image' of container '${props.name ?? 'main'}'`, textProblem(props.image));
}

/** What Kubernetes does where a manifest is silent. */
function defaultPullPolicy(image: string): kplus.ImagePullPolicy {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const pinned = name.includes('@') || (name.includes(':') && !name.endsWith(':latest'));
  return pinned ? kplus.ImagePullPolicy.IF_NOT_PRESENT : kplus.ImagePullPolicy.ALWAYS;
}
