import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { PlainContainer } from '../../src/private/container';
import { newChart } from '../util';

let at: Construct;

beforeEach(() => {
  at = new Construct(newChart(), 'x');
});

const container = (props: any = {}) => new PlainContainer(at, { image: 'db:1.2.3', ...props });

describe('checkContainer', () => {
  test.each<[unknown, string]>([[undefined, 'undefined'], [null, 'null'], ['db:1', '"db:1"'], [[], 'a list']])('fails when it gets %p', (props, got) => {
    expect(() => new PlainContainer(at, props as any)).toThrow(
      new RegExp(`^\\[test/x\\] a container must be described by an object with at least an 'image', got ${got}$`));
  });

  test.each<[unknown, string]>([['My', '"My"'], ['', '""'], [null, 'null'], [5, '5'], ['a.b', '"a.b"']])('fails when the name is %p', (name, got) => {
    expect(() => container({ name })).toThrow(new RegExp(`^\\[test/x\\] 'name' of a container must be a DNS label: .*; got ${got}$`));
  });

  test.each<[unknown, string]>([[undefined, 'undefined'], ['', '""'], [null, 'null'], [5, '5'], [{}, 'an object']])('fails when the image is %p', (image, got) => {
    expect(() => container({ image })).toThrow(new RegExp(`^\\[test/x\\] 'image' of container 'main' must be text that is not empty, got ${got}$`));
  });

  test('fails when a container that its maker names is wrong, and calls it by that name', () => {
    const init = (props: any) => new PlainContainer(at, { image: 'db:1.2.3', ...props }, 'init-0');
    expect(() => init({ image: '' })).toThrow(/^\[test\/x\] 'image' of container 'init-0' must be text that is not empty, got ""$/);
    expect(() => init({ port: 80, portNumber: 80 })).toThrow(/^\[test\/x\] container 'init-0' has 'port' and 'portNumber'/);
    expect(() => init({ name: 'own', securityContext: { capabilities: [] } })).toThrow(/^\[test\/x\] 'securityContext\.capabilities' of container 'own' must be/);
  });

  test('fails when both names of the port are given', () => {
    expect(() => container({ name: 'db', port: 80, portNumber: 80 })).toThrow(
      /^\[test\/x\] container 'db' has 'port' and 'portNumber', which mean the same: give 'portNumber'$/);
    expect(() => container({ port: 80, portNumber: 81 })).toThrow(/^\[test\/x\] container 'main' has 'port' and 'portNumber'/);
  });

  test.each<[string, any, RegExp]>([
    ['command is a text', { command: 'db' }, /'command' of container 'main' must be a list, got "db"$/],
    ['args are an object', { args: {} }, /'args' of container 'main' must be a list, got an object$/],
    ['portNumber is a text', { portNumber: '80' }, /'portNumber' of container 'main' must be a whole number from 1 to 65535, got "80"$/],
    ['port is too high', { port: 65536 }, /'port' of container 'main' must be a whole number from 1 to 65535, got 65536$/],
    ['portNumber is zero', { portNumber: 0 }, /'portNumber' of container 'main' must be a whole number from 1 to 65535, got 0$/],
    ['ports are one port', { ports: { number: 80 } }, /'ports' of container 'main' must be a list, got an object$/],
    ['a port is a number', { ports: [80] }, /'ports' of container 'main' entry 0 must be an object, got 80$/],
    ['a port is null', { ports: [{ number: 80 }, null] }, /'ports' of container 'main' entry 1 must be an object, got null$/],
    ['a port is undefined', { ports: [undefined] }, /'ports' of container 'main' entry 0 must be an object, got undefined$/],
    ['mounts are a map', { volumeMounts: {} }, /'volumeMounts' of container 'main' must be a list, got an object$/],
    ['a mount is a path', { volumeMounts: ['/a'] }, /'volumeMounts' of container 'main' entry 0 must be an object, got "\/a"$/],
    ['envFrom is one source', { envFrom: {} }, /'envFrom' of container 'main' must be a list, got an object$/],
    ['a source of envFrom is a name', { envFrom: ['settings'] },
      /'envFrom' of container 'main' entry 0 must be made by Env\.fromConfigMap\(\) or Env\.fromSecret\(\), got "settings"$/],
    ['a source of envFrom is missing', { envFrom: [undefined] },
      /'envFrom' of container 'main' entry 0 must be made by Env\.fromConfigMap\(\) or Env\.fromSecret\(\), got (null|undefined)$/],
    ['variables are a list', { envVariables: [] }, /'envVariables' of container 'main' must be an object, got a list$/],
    ['a variable is a text', { envVariables: { A: '1' } }, /'envVariables' of container 'main' entry 'A' must be an object, got "1"$/],
    ['a variable is undefined', { envVariables: { A: undefined } }, /'envVariables' of container 'main' entry 'A' must be an object, got undefined$/],
    ['readiness is a path', { readiness: '/ready' }, /'readiness' of container 'main' must be made by Probe\.fromHttpGet\(\) and the like, got "\/ready"$/],
    ['liveness is an object', { liveness: {} }, /'liveness' of container 'main' must be made by Probe\.fromHttpGet\(\) and the like, got an object$/],
    ['startup is null', { startup: null }, /'startup' of container 'main' must be made by Probe\.fromHttpGet\(\) and the like, got null$/],
    ['lifecycle is a list', { lifecycle: [] }, /'lifecycle' of container 'main' must be an object, got a list$/],
    ['a hook is a command', { lifecycle: { preStop: ['stop'] } },
      /'lifecycle' of container 'main' entry 'preStop' must be made by Handler\.fromCommand\(\) and the like, got a list$/],
    ['resources are a text', { resources: '1Gi' }, /'resources' of container 'main' must be an object, got "1Gi"$/],
    ['cpu is a number', { resources: { cpu: 2 } }, /'resources\.cpu' of container 'main' must be an object, got 2$/],
    ['the request of cpu is a text', { resources: { cpu: { request: '500m' } } },
      /'resources\.cpu' of container 'main' entry 'request' must be an amount such as Cpu\.millis\(500\), got "500m"$/],
    ['the limit of cpu is a number', { resources: { cpu: { limit: 2 } } },
      /'resources\.cpu' of container 'main' entry 'limit' must be an amount such as Cpu\.millis\(500\), got 2$/],
    ['the amount of cpu is not a number', { resources: { cpu: { limit: kplus.Cpu.millis(NaN) } } },
      /'resources\.cpu' of container 'main' entry 'limit' must be an amount such as Cpu\.millis\(500\), got "NaNm"$/],
    ['the amount of cpu is of another type', { resources: { cpu: { limit: { amount: 5 } } } },
      /'resources\.cpu' of container 'main' entry 'limit' must be an amount such as Cpu\.millis\(500\), got 5$/],
    ['the limit of cpu is null', { resources: { cpu: { limit: null } } },
      /'resources\.cpu' of container 'main' entry 'limit' must be an amount such as Cpu\.millis\(500\), got null$/],
    ['memory is a text', { resources: { memory: '1Gi' } }, /'resources\.memory' of container 'main' must be an object, got "1Gi"$/],
    ['the request of memory is a text', { resources: { memory: { request: '1Gi' } } },
      /'resources\.memory' of container 'main' entry 'request' must be a Size such as Size\.gibibytes\(10\), got "1Gi"$/],
    ['the limit of storage is not a number', { resources: { ephemeralStorage: { limit: Size.mebibytes(NaN) } } },
      /'resources\.ephemeralStorage' of container 'main' entry 'limit' must be a whole number of kibibytes above zero, got NaN KiB$/],
    ['the security context is a text', { securityContext: 'root' }, /'securityContext' of container 'main' must be an object, got "root"$/],
    ['capabilities are a list', { securityContext: { capabilities: ['NET_RAW'] } },
      /'securityContext\.capabilities' of container 'main' must be an object, got a list$/],
    ['added capabilities are a text', { securityContext: { capabilities: { add: 'NET_RAW' } } },
      /'securityContext\.capabilities' of container 'main' entry 'add' must be a list, got "NET_RAW"$/],
  ])('fails when %s', (_, props, message) => {
    expect(() => container(props)).toThrow(message);
    expect(() => container(props)).toThrow(/^\[test\/x\] /);
  });

  test.each(['cpu', 'memory', 'ephemeralStorage', 'securityContext', 'ports', 'command'])('accepts a %s that is stated as undefined', key => {
    expect(container({ [key]: undefined, resources: { [key]: undefined, cpu: { request: undefined }, memory: { limit: undefined } } }).name).toEqual('main');
  });

  test.each(['resources', 'securityContext'])('fails when %s is null', key => {
    expect(() => container({ [key]: null })).toThrow(new RegExp(`^\\[test/x\\] '${key}' of container 'main' must be an object, got null$`));
  });

  test('accepts amounts in whatever way they are said', () => {
    for (const cpu of [kplus.Cpu.millis(1), kplus.Cpu.units(0.5), kplus.Cpu.units(64)]) {
      expect(container({ resources: { cpu: { request: cpu } } }).resources).toEqual({ cpu: { request: cpu } });
    }
  });
});

describe('checkPort', () => {
  test.each<[string, any[], RegExp]>([
    ['has no number', [{ name: 'web' }], /a port of container 'main' must be a whole number from 1 to 65535, got undefined$/],
    ['has a text for a number', [{ number: '80' }], /a port of container 'main' must be a whole number from 1 to 65535, got "80"$/],
    ['has a name that is none', [{ number: 80, name: 'Web' }], /the name of port 80 of container 'main' must be a port name: .*; got "Web"$/],
    ['has a name that is null', [{ number: 80, name: null }], /the name of port 80 of container 'main' must be a port name: .*; got null$/],
    ['has the name of another', [{ number: 80, name: 'a' }, { number: 81, name: 'a' }],
      /container 'main' has two ports named 'a': give one of them another name$/],
    ['has a protocol that is none', [{ number: 80, protocol: 'tcp' }],
      /the protocol of port 80 of container 'main' must be one of TCP, UDP, SCTP; got "tcp"$/],
    ['is there already', [{ number: 80 }, { number: 80, name: 'web' }],
      /container 'main' has port 80\/TCP twice: state it once, with its name if it has one$/],
    ['is there already with another protocol stated', [{ number: 80, protocol: 'TCP' }, { number: 80 }], /container 'main' has port 80\/TCP twice/],
    ['is there already, for UDP', [{ number: 53, protocol: 'UDP' }, { number: 53, protocol: 'UDP' }], /container 'main' has port 53\/UDP twice/],
  ])('fails when a port %s', (_, ports, message) => {
    expect(() => container({ ports })).toThrow(message);
    const plain = container();
    expect(() => ports.forEach(port => plain.addPort(port))).toThrow(message);
    expect(plain.ports.length).toEqual(ports.length - 1);
  });

  test('fails when portNumber is stated again in ports', () => {
    expect(() => container({ portNumber: 80, ports: [{ number: 80, name: 'web' }] })).toThrow(/^\[test\/x\] container 'main' has port 80\/TCP twice/);
  });

  test('accepts one number for different protocols', () => {
    expect(container({ ports: [{ number: 53, protocol: 'UDP' }, { number: 53 }] }).ports).toEqual([{ number: 53, protocol: 'UDP' }, { number: 53 }]);
  });

  test.each([null, undefined, 80])('fails when addPort() gets %p', port => {
    expect(() => container().addPort(port as any)).toThrow(/^\[test\/x\] a port of container 'main' must be an object, got (null|undefined|80)$/);
  });
});

describe('checkMount', () => {
  const volume = () => kplus.Volume.fromEmptyDir(at, 'tmp', 'tmp');

  test.each<[unknown, RegExp]>([
    ['data', /must be absolute and without a colon, got "data"$/],
    ['./data', /must be absolute and without a colon, got "\.\/data"$/],
    ['/a:b', /must be absolute and without a colon, got "\/a:b"$/],
    ['', /must be text that is not empty, got ""$/],
    [null, /must be text that is not empty, got null$/],
    [undefined, /must be text that is not empty, got undefined$/],
    [{}, /must be text that is not empty, got an object$/],
  ])('fails when the path is %p', (path, message) => {
    expect(() => container().mount(path as any, volume())).toThrow(message);
    expect(() => container({ volumeMounts: [{ path, volume: at }] })).toThrow(/^\[test\/x\] the mount path in container 'main' must be /);
  });

  test.each<[unknown, string]>([['tmp', '"tmp"'], [null, 'null'], [undefined, 'null'], [{}, 'an object']])('fails when what is mounted is %p', (storage, got) => {
    expect(() => container().mount('/tmp', storage as any)).toThrow(
      new RegExp('^\\[test/x\\] what is mounted at "/tmp" in container \'main\' must be made by Volume\\.fromEmptyDir\\(\\) and the like,'
        + ` or addVolumeClaimTemplate\\(\\), got ${got}$`));
  });

  test('fails when something is mounted at the path already', () => {
    const plain = container({ volumeMounts: [{ path: '/tmp', volume: volume() }] });
    expect(() => plain.mount('/tmp', kplus.Volume.fromEmptyDir(at, 'b', 'b'))).toThrow(
      /^\[test\/x\] container 'main' has two mounts at "\/tmp", one of them 'tmp': give one another path$/);
  });

  test('fails when both kinds of sub-paths are given', () => {
    expect(() => container().mount('/tmp', volume(), { subPath: 'a', subPathExpr: '$(A)' })).toThrow(
      /^\[test\/x\] the mount at "\/tmp" in container 'main' has 'subPath' and 'subPathExpr': give one$/);
  });

  test.each<[string, unknown, string]>([
    ['subPath', '/a', '"/a"'], ['subPath', 'a/../b', '"a/../b"'], ['subPath', '..', '".."'], ['subPath', 5, '5'], ['subPath', null, 'null'],
    ['subPathExpr', '/$(A)', '"/$(A)"'], ['subPathExpr', '$(A)/..', '"$(A)/.."'],
  ])('fails when %s is %p', (key, value, got) => {
    expect(() => container().mount('/tmp', volume(), { [key]: value })).toThrow(
      new RegExp(`^\\[test/x\\] '${key}' of the mount at "/tmp" must be a path within the volume, got ${got.replace(/[$()]/g, '\\$&')}$`));
  });

  test('accepts sub-paths that only look like the way up', () => {
    const plain = container();
    plain.mount('/a', volume(), { subPath: 'a..b/...' });
    expect(plain.mounts.map(({ subPath }) => subPath)).toEqual(['a..b/...']);
  });

  test('fails when the options are null', () => {
    expect(() => container().mount('/tmp', volume(), null as any)).toThrow(
      /^\[test\/x\] the options of the mount at "\/tmp" in container 'main' must be an object, got null$/);
  });
});
