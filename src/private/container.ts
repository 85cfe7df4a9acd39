import { Size } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { IConstruct } from 'constructs';
import { checkContainer, checkMount, checkPort } from './container-checks';
import { changed, unlessEmpty } from './manifests';
import { refuse } from './refuse';
import { kibibytesOf, quantityOf } from './units';

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
    super(changed(props, {
      name: props.name ?? defaultName,
      resources: props.resources ?? {},
      imagePullPolicy: props.imagePullPolicy ?? defaultPullPolicy(props.image),
      // cdk8s-plus keeps and changes the objects that it is given.
      envVariables: { ...props.envVariables },
      envFrom: [...props.envFrom ?? []],
      volumeMounts: [],
      ports: [],
    }));
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
    if (this.at !== undefined && this.portNumber === undefined && (port.protocol ?? kplus.Protocol.TCP) === kplus.Protocol.TCP) {
      // probes and hooks without a port of their own take the first of TCP.
      Object.defineProperty(this, 'portNumber', { value: port.number });
    }
  }

  public _toKube(): kplus.k8s.Container {
    const { imagePullPolicy, startup, resources } = this.stated;
    const hidden = this.hiddenFromCdk8sPlus();
    // not by an object that inherits from this without need, which makes this one slow.
    const container = Object.keys(hidden).length === 0 ? super._toKube() : super._toKube.call(Object.create(this, hidden));
    return Object.assign(container, {
      imagePullPolicy,
      startupProbe: startup === undefined ? undefined : container.startupProbe,
      resources: resources && resourceRequirements(this.at, this.name, resources),
    });
  }

  private hiddenFromCdk8sPlus(): PropertyDescriptorMap {
    const { resources, readiness, liveness, startup, lifecycle } = this.stated;
    const isAsked = [readiness, liveness, startup, lifecycle].some(value => value !== undefined);
    return {
      // it can write memory in whole mebibytes and ephemeral storage in whole gibibytes only, so it is shown none.
      ...resources !== undefined && { resources: { value: undefined } },
      // it would have probes and hooks try port 80 where there is none.
      ...isAsked && this.portNumber === undefined && { portNumber: { get: () => this.refusePort() } },
    };
  }

  private refusePort(): never {
    refuse(this.at, `container '${this.name}' has no TCP port, and a probe or hook of it tries one without saying which: give it a 'port', or the container 'ports'`);
  }
}

/** What Kubernetes does where a manifest is silent. */
function defaultPullPolicy(image: string): kplus.ImagePullPolicy {
  const name = image.slice(image.lastIndexOf('/') + 1);
  const pinned = name.includes(':') && !name.endsWith(':latest');
  return pinned ? kplus.ImagePullPolicy.IF_NOT_PRESENT : kplus.ImagePullPolicy.ALWAYS;
}

interface Amount {
  /** As manifests write it. */
  readonly text: string;
  /** In a unit that amounts of the same resource share. */
  readonly size: number;
}

/** What a container asks for, in the units that it was said in; nothing if it states nothing. */
export function resourceRequirements(
  at: IConstruct, container: string, resources: kplus.ContainerResources,
): kplus.k8s.ResourceRequirements | undefined {
  const { cpu, memory, ephemeralStorage } = resources;
  const requests: Record<string, kplus.k8s.Quantity> = {};
  const limits: Record<string, kplus.k8s.Quantity> = {};
  const add = (resource: string, request: Amount | undefined, limit: Amount | undefined) => {
    if (request !== undefined && limit !== undefined && request.size > limit.size) {
      refuse(at, `container '${container}' requests ${request.text} of ${resource} and is limited to ${limit.text}: a limit must not be below the request`);
    }
    if (request !== undefined) {
      requests[resource] = kplus.k8s.Quantity.fromString(request.text);
    }
    if (limit !== undefined) {
      limits[resource] = kplus.k8s.Quantity.fromString(limit.text);
    }
  };
  add('cpu', cpuAmount(cpu?.request), cpuAmount(cpu?.limit));
  add('memory', sizeAmount(memory?.request), sizeAmount(memory?.limit));
  add('ephemeral-storage', sizeAmount(ephemeralStorage?.request), sizeAmount(ephemeralStorage?.limit));
  return unlessEmpty({ ...(unlessEmpty(requests) && { requests }), ...(unlessEmpty(limits) && { limits }) });
}

function cpuAmount(cpu: kplus.Cpu | undefined): Amount | undefined {
  return cpu && { text: cpu.amount, size: cpu.amount.endsWith('m') ? parseFloat(cpu.amount) : parseFloat(cpu.amount) * 1000 };
}

function sizeAmount(size: Size | undefined): Amount | undefined {
  return size && { text: quantityOf(size), size: kibibytesOf(size) };
}
