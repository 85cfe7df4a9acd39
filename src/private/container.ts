import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { checkContainer, checkMount, checkPort } from './container-checks';
import { resourceRequirements } from './resources';

/**
 * cdk8s-plus's container without what it adds unasked: a startup probe that kills slow starters, a pull at each start of a
 * pinned image, requests and limits out of the air. Mounts and ports that could not work are refused as they are made.
 */
export class PlainContainer extends kplus.Container {
  /** What the container was asked to be. */
  public readonly stated: kplus.ContainerProps;

  private readonly at: IConstruct;

  public constructor(at: IConstruct, props: kplus.ContainerProps, defaultName = 'main') {
    checkContainer(at, props, defaultName);
    super({
      ...props,
      name: props.name ?? defaultName,
      resources: props.resources ?? {},
      imagePullPolicy: props.imagePullPolicy ?? defaultPullPolicy(props.image),
      // cdk8s-plus keeps and changes the objects that it is given.
      envVariables: { ...props.envVariables },
      envFrom: [...props.envFrom ?? []],
      volumeMounts: [],
      ports: [],
    });
    this.at = at;
    this.stated = props;
    for (const port of props.ports ?? []) {
      this.addPort(port);
    }
    for (const { path, volume, ...options } of props.volumeMounts ?? []) {
      this.mount(path, volume, options);
    }
  }

  public mount(path: string, storage: kplus.IStorage, options: kplus.MountOptions = {}): void {
    checkMount(this.at, this, path, storage, options);
    super.mount(path, storage, options);
  }

  public addPort(port: kplus.ContainerPort): void {
    // 'portNumber' is added before there is a construct to name.
    if (this.at !== undefined) {
      checkPort(this.at, this.name, port, this.ports);
    }
    super.addPort(port);
    if (this.at !== undefined && this.portNumber === undefined) {
      // probes and hooks without a port of their own take the first one; cdk8s-plus would have them try port 80.
      Object.defineProperty(this, 'portNumber', { value: port.number, enumerable: true });
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
}

/** What Kubernetes does where a manifest is silent. */
function defaultPullPolicy(image: string): kplus.ImagePullPolicy {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const pinned = name.includes('@') || (name.includes(':') && !name.endsWith(':latest'));
  return pinned ? kplus.ImagePullPolicy.IF_NOT_PRESENT : kplus.ImagePullPolicy.ALWAYS;
}
