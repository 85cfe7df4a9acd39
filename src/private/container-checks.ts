import kplus = require('cdk8s-plus-27');
import { formOf } from './form';
import { dnsLabelProblem, imageProblem, pathWithinProblem, portNameProblem } from './names';
import {
  entryProblem, isStruct, listProblem, mapProblem, objectProblem, Place, refuse, refuseIf, shown, structProblem, textProblem, wholeNumberProblem,
} from './refuse';
import { sizeProblem } from './units';

const CPU = /^\d+(\.\d+)?m?$/;
const PROTOCOLS = Object.values(kplus.Protocol);

const portNumber = (value: unknown) => wholeNumberProblem(value, 1, 65535);
const structs = (value: unknown) => listProblem(value, entryProblem);
const probe = (value: unknown) => objectProblem(value, '_toKube', 'Probe.fromHttpGet() and the like');
const amounts = (value: unknown) => mapProblem(value, amountProblem);

const formProblem = formOf<kplus.ContainerProps>({
  'command': value => listProblem(value),
  'args': value => listProblem(value),
  'port': portNumber,
  'portNumber': portNumber,
  'ports': structs,
  'volumeMounts': structs,
  'envFrom': value => listProblem(value, entry => objectProblem(entry ?? null, '_toKube', 'Env.fromConfigMap() or Env.fromSecret()')),
  'envVariables': value => mapProblem(value, entryProblem),
  'readiness': probe,
  'liveness': probe,
  'startup': probe,
  'lifecycle': value => mapProblem(value, entry => objectProblem(entry, '_toKube', 'Handler.fromCommand() and the like')),
  'resources': structProblem,
  'resources.cpu': value => mapProblem(value, cpuProblem),
  'resources.memory': amounts,
  'resources.ephemeralStorage': amounts,
  'securityContext': structProblem,
  'securityContext.capabilities': value => mapProblem(value, entry => listProblem(entry)),
});

const withinVolume = (value: unknown) => pathWithinProblem(value, 'the volume');
const subPathProblem = formOf<kplus.MountOptions>({ subPath: withinVolume, subPathExpr: withinVolume });

/** Refuses a container whose description has not the form that its types say. */
export function checkContainer(at: Place, props: kplus.ContainerProps, defaultName: string): void {
  if (!isStruct(props)) {
    refuse(at, `a container must be described by an object with at least an 'image', got ${shown(props)}`);
  }
  if (props instanceof kplus.Container) {
    refuse(at, `container '${props.name}' is made already: use attachContainer()`);
  }
  if (props.name !== undefined) {
    refuseIf(at, '\'name\' of a container', dnsLabelProblem(props.name));
  }
  refuseIf(at, () => `'image' of container '${props.name ?? defaultName}'`, imageProblem(props.image));
  if (props.port !== undefined && props.portNumber !== undefined) {
    refuse(at, `container '${props.name ?? defaultName}' has 'port' and 'portNumber', which mean the same: give 'portNumber'`);
  }
  const found = formProblem(props);
  if (found !== undefined) {
    refuse(at, `'${found.field}' of container '${props.name ?? defaultName}' ${found.problem}`);
  }
}

/** Refuses a port that no pod could have, or that the container has already. */
export function checkPort(at: Place, container: string, port: kplus.ContainerPort, others: kplus.ContainerPort[]): void {
  refuseIf(at, () => `a port of container '${container}'`, entryProblem(port) ?? wholeNumberProblem(port.number, 1, 65535));
  const { number, name, protocol } = port;
  refuseIf(at, () => `the name of port ${number} of container '${container}'`, name === undefined ? undefined : portNameProblem(name));
  if (name !== undefined && others.some(other => other.name === name)) {
    refuse(at, `container '${container}' has two ports named '${name}': give one of them another name`);
  }
  const transport = protocol ?? kplus.Protocol.TCP;
  if (!PROTOCOLS.includes(transport)) {
    refuse(at, `the protocol of port ${number} of container '${container}' must be one of ${PROTOCOLS.join(', ')}; got ${shown(protocol)}`);
  }
  if (others.some(other => other.number === number && (other.protocol ?? kplus.Protocol.TCP) === transport)) {
    refuse(at, `container '${container}' has port ${number}/${transport} twice: state it once, with its name if it has one`);
  }
}

/** Refuses a mount that no pod could start with. */
export function checkMount(at: Place, container: kplus.Container, path: unknown, storage: unknown, options: kplus.MountOptions): void {
  refuseIf(at, () => `the mount path in container '${container.name}'`, textProblem(path) ?? mountPathProblem(path as string));
  refuseIf(at, () => `the options of the mount at ${shown(path)} in container '${container.name}'`, structProblem(options));
  refuseIf(at, () => `what is mounted at ${shown(path)} in container '${container.name}'`,
    objectProblem(storage ?? null, 'asVolume', 'Volume.fromEmptyDir() and the like, or addVolumeClaimTemplate()'));
  const earlier = container.mounts.find(mount => folder(mount.path) === folder(path as string));
  if (earlier !== undefined) {
    refuse(at, `container '${container.name}' has two mounts at ${shown(path)}, one of them '${earlier.volume.name}': give one another path`);
  }
  if (options.subPath !== undefined && options.subPathExpr !== undefined) {
    refuse(at, `the mount at ${shown(path)} in container '${container.name}' has 'subPath' and 'subPathExpr': give one`);
  }
  const found = subPathProblem(options);
  if (found !== undefined) {
    refuse(at, `'${found.field}' of the mount at ${shown(path)} ${found.problem}`);
  }
}

function mountPathProblem(path: string): string | undefined {
  return !path.startsWith('/') || path.includes(':') ? `must be absolute and without a colon, got ${shown(path)}` : undefined;
}

function cpuProblem(value: unknown): string | undefined {
  const amount = (value as kplus.Cpu | undefined)?.amount;
  return value === undefined || (typeof amount === 'string' && CPU.test(amount)) ? undefined : `must be an amount such as Cpu.millis(500), got ${shown(amount ?? value)}`;
}

function amountProblem(value: unknown): string | undefined {
  return value === undefined ? undefined : sizeProblem(value);
}

/** A path without what makes no difference to where it leads. */
function folder(path: string): string {
  return path.replace(/\/+$/, '');
}
