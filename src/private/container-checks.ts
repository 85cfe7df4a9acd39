import kplus = require('cdk8s-plus-27');
import { dnsLabelProblem, pathWithinProblem, portNameProblem } from './names';
import {
  entryProblem, isStruct, listProblem, mapProblem, objectProblem, Place, refuse, refuseIf, shown, structProblem, textProblem, wholeNumberProblem,
} from './refuse';
import { sizeProblem } from './units';

const CPU = /^\d+(\.\d+)?m?$/;
const PROTOCOLS = Object.values(kplus.Protocol);
const PROBES = ['readiness', 'liveness', 'startup'] as const;

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
  const check = (key: string, problem: string | undefined) => {
    if (problem !== undefined) {
      refuse(at, `'${key}' of container '${props.name ?? defaultName}' ${problem}`);
    }
  };
  check('image', textProblem(props.image));
  check('command', listProblem(props.command));
  check('args', listProblem(props.args));
  if (props.port !== undefined && props.portNumber !== undefined) {
    refuse(at, `container '${props.name ?? defaultName}' has 'port' and 'portNumber', which mean the same: give 'portNumber'`);
  }
  for (const key of ['port', 'portNumber'] as const) {
    check(key, props[key] === undefined ? undefined : wholeNumberProblem(props[key], 1, 65535));
  }
  check('ports', listProblem(props.ports, entryProblem));
  check('volumeMounts', listProblem(props.volumeMounts, entryProblem));
  check('envFrom', listProblem(props.envFrom, entry => objectProblem(entry ?? null, '_toKube', 'Env.fromConfigMap() or Env.fromSecret()')));
  check('envVariables', mapProblem(props.envVariables, entryProblem));
  for (const probe of PROBES) {
    check(probe, objectProblem(props[probe], '_toKube', 'Probe.fromHttpGet() and the like'));
  }
  check('lifecycle', mapProblem(props.lifecycle, entry => objectProblem(entry, '_toKube', 'Handler.fromCommand() and the like')));
  const { cpu, memory, ephemeralStorage } = props.resources ?? {};
  check('resources', structProblem(props.resources));
  check('resources.cpu', mapProblem(cpu, cpuProblem));
  check('resources.memory', mapProblem(memory, amountProblem));
  check('resources.ephemeralStorage', mapProblem(ephemeralStorage, amountProblem));
  check('securityContext', structProblem(props.securityContext));
  check('capabilities', mapProblem(props.securityContext?.capabilities, entry => listProblem(entry)));
}

/** Refuses a port that no pod could have, or that the container has already. */
export function checkPort(at: Place, container: string, port: kplus.ContainerPort, others: kplus.ContainerPort[]): void {
  refuseIf(at, `a port of container '${container}'`, entryProblem(port));
  const { number, name, protocol } = port;
  refuseIf(at, `a port of container '${container}'`, wholeNumberProblem(number, 1, 65535));
  refuseIf(at, `the name of port ${number} of container '${container}'`, name === undefined ? undefined : portNameProblem(name));
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
  const what = `the mount path in container '${container.name}'`;
  refuseIf(at, what, textProblem(path));
  refuseIf(at, `the options of the mount at ${shown(path)} in container '${container.name}'`, structProblem(options));
  if (!(path as string).startsWith('/') || (path as string).includes(':')) {
    refuse(at, `${what} must be absolute and without a colon, got ${shown(path)}`);
  }
  refuseIf(at, `what is mounted at ${shown(path)} in container '${container.name}'`,
    objectProblem(storage ?? null, 'asVolume', 'Volume.fromEmptyDir() and the like, or addVolumeClaimTemplate()'));
  const earlier = container.mounts.find(mount => folder(mount.path) === folder(path as string));
  if (earlier !== undefined) {
    refuse(at, `container '${container.name}' has two mounts at ${shown(path)}, one of them '${earlier.volume.name}': give one another path`);
  }
  if (options.subPath !== undefined && options.subPathExpr !== undefined) {
    refuse(at, `the mount at ${shown(path)} in container '${container.name}' has 'subPath' and 'subPathExpr': give one`);
  }
  for (const key of ['subPath', 'subPathExpr'] as const) {
    if (options[key] !== undefined) {
      refuseIf(at, `'${key}' of the mount at ${shown(path)}`, pathWithinProblem(options[key], 'the volume'));
    }
  }
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
