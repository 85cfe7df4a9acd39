import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing } from 'cdk8s';
import { Rollout } from 'cdk8s-stateful';
import { parseAllDocuments } from 'yaml';
import { isForeign } from './foreign-kinds';
import { schemaErrors } from './kubernetes-schema';
import { find } from './util';
import { WebServers } from '../examples/canary/chart';
import { Etcd } from '../examples/etcd/chart';
import { EtcdByHand, EtcdByHandProps } from '../examples/etcd-by-hand/chart';
import { EtcdProduction } from '../examples/etcd-production/chart';

const EXAMPLES = join(__dirname, '..', 'examples');

/** Why something is as it is, by its place in a manifest, e.g. `StatefulSet etcd /spec/replicas`. */
type Reasons = Record<string, string>;

const examples = readdirSync(EXAMPLES).filter(name => existsSync(join(EXAMPLES, name, 'cdk8s.yaml')));

describe.each(examples)('the example %s', example => {
  const golden = join(EXAMPLES, example, 'dist', `${example}.k8s.yaml`);

  test('prints its committed manifest, byte for byte', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'examples-'));
    process.env.CDK8S_OUTDIR = outdir;
    try {
      jest.isolateModules(() => jest.requireActual(join(EXAMPLES, example, 'main')));
      expect(manifestsIn(outdir)).toEqual(manifestsIn(join(EXAMPLES, example, 'dist')));
      expect(readFileSync(join(outdir, `${example}.k8s.yaml`), 'utf8')).toBe(readFileSync(golden, 'utf8'));
    } finally {
      delete process.env.CDK8S_OUTDIR;
      rmSync(outdir, { recursive: true });
    }
  });

  test('has only objects that Kubernetes 1.27 accepts', () => {
    expect(load(golden).filter(manifest => !isForeign(manifest)).flatMap(schemaErrors)).toEqual([]);
  });

  test('has a README that names each object it makes', () => {
    const readme = readFileSync(join(EXAMPLES, example, 'README.md'), 'utf8');
    expect(load(golden).map(({ kind }) => kind).filter(kind => !readme.includes(kind))).toEqual([]);
  });
});

describe('myapp', () => {
  const reference = load(join(__dirname, 'fixtures', 'myapp.yaml'));
  const output = load(join(EXAMPLES, 'myapp', 'dist', 'myapp.k8s.yaml'));

  test('says everything that the manifest written by hand says', () => {
    const differences: Reasons = {};
    expect(missingOrChanged(reference, output)).toEqual(Object.keys(differences).sort());
  });

  test('adds only what has a reason', () => {
    const additions: Reasons = {
      'StatefulSet myapp /metadata/labels/app': 'every object of an app carries the labels of its pods, to be found by them',
      'StatefulSet myapp /spec/template/spec/automountServiceAccountToken': 'a program that never calls the API server needs no token for it',
      'StatefulSet myapp /spec/template/spec/enableServiceLinks': 'services of the namespace do not become variables of the program',
      'StatefulSet myapp /spec/template/spec/securityContext/seccompProfile/type': 'PodSecurity.baseline() limits the system calls',
      'StatefulSet myapp /spec/updateStrategy/type': 'the default of Kubernetes, written because a stated rollout is written in full',
      'PodDisruptionBudget myapp': 'a drain of several nodes takes one pod at a time',
    };
    expect(added(reference, output)).toEqual(Object.keys(additions).sort());
  });
});

describe('etcd-by-hand', () => {
  const reference = load(join(EXAMPLES, 'etcd-by-hand', 'hand-written.yaml'));
  const output = load(join(EXAMPLES, 'etcd-by-hand', 'dist', 'etcd-by-hand.k8s.yaml'));
  const pod = 'StatefulSet etcd /spec/template/spec';
  const container = `${pod}/containers/etcd`;

  test('says what the manifest written by hand says, but for what its README explains', () => {
    const differences: Reasons = {
      'Service etcd /metadata/annotations/service.alpha.kubernetes.io~1tolerate-unready-endpoints': 'now the field publishNotReadyAddresses',
      'StatefulSet etcd /spec/template/metadata/name': 'the StatefulSet names its pods, whatever the template says',
      [`${container}/image`]: 'the image of then is years behind',
      [`${container}/env/CLUSTER_SIZE/name`]: 'it would restart every member when the number of members changes',
      [`${container}/env/CLUSTER_SIZE/value`]: 'it would restart every member when the number of members changes',
      [`${container}/env/SET_NAME/name`]: 'nothing puts names together at run time any more',
      [`${container}/env/SET_NAME/value`]: 'nothing puts names together at run time any more',
      [`${container}/command/~1bin~1sh`]: 'the image has no shell',
      [`${container}/command/-ecx`]: 'the image has no shell',
      [`${container}/command/<script>`]: 'the image has no shell',
      'StatefulSet etcd /spec/volumeClaimTemplates/data/spec/storageClassName': 'the class is the choice of the cluster that it runs in',
    };
    expect(missingOrChanged(reference, output)).toEqual(Object.keys(differences).sort());
  });

  test('has no shell in any container', () => {
    const { containers, initContainers = [] } = statefulSet(output).spec.template.spec;
    const words = [...containers, ...initContainers].flatMap(({ command = [], args = [] }) => [...command, ...args]);
    expect(words.filter(word => /(^|\/)(ba|da|a)?sh$/.test(word) || /\s/.test(word))).toEqual([]);
    expect(words).toContain('/usr/local/bin/etcd');
  });

  test('starts all members at once, and has their names resolve before they are ready', () => {
    expect(statefulSet(output).spec.podManagementPolicy).toBe('Parallel');
    expect(find(output, 'Service', 'etcd').spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  test.each<[string, EtcdByHandProps]>([
    ['without a namespace', {}],
    ['in a namespace', { namespace: 'databases' }],
    ['of five members', { replicas: 5 }],
  ])('announces each member by the URL that it has in the list, %s', (_, props) => {
    const manifests = synth(props);
    const { replicas } = statefulSet(manifests).spec;
    for (let ordinal = 0; ordinal < replicas; ordinal++) {
      const name = `etcd-${ordinal}`;
      const flags = flagsOf(manifests, name);
      const entries = flags['initial-cluster'].split(',').map(entry => entry.split('='));
      expect(flags.name).toBe(name);
      expect(Object.fromEntries(entries)[name]).toBe(flags['initial-advertise-peer-urls']);
      expect(entries).toHaveLength(replicas);
    }
  });

  test('listens on addresses, since etcd refuses names there', () => {
    const flags = flagsOf(output, 'etcd-1');
    const listened = Object.keys(flags).filter(flag => flag.startsWith('listen-')).flatMap(flag => flags[flag].split(','));
    expect(listened.map(url => new URL(url).hostname)).toEqual(['10.0.0.7', '10.0.0.7', '127.0.0.1', '10.0.0.7']);
  });

  test('keeps its data on the claim', () => {
    const { volumeMounts } = containerOf(output);
    expect(volumeMounts).toEqual([{ name: 'data', mountPath: '/var/run/etcd' }]);
    expect(flagsOf(output, 'etcd-0')['data-dir']).toMatch(/^\/var\/run\/etcd\/./);
  });

  test('is ready by quorum and alive without it', () => {
    const { readinessProbe, livenessProbe } = containerOf(output);
    const flags = flagsOf(output, 'etcd-0');
    expect(flags['listen-client-urls']).toContain(`:${readinessProbe.httpGet.port},`);
    expect(readinessProbe.httpGet.path).toBe('/health');
    expect(new URL(flags['listen-metrics-urls']).port).toBe(String(livenessProbe.httpGet.port));
    expect(livenessProbe.httpGet.path).toBe('/livez');
  });

  test('has the same pod template for three members and for five', () => {
    const template = (replicas: number) => JSON.stringify(statefulSet(synth({ replicas })).spec.template);
    expect(template(5)).toBe(template(3));
  });

  function synth(props: EtcdByHandProps): any[] {
    return Testing.synth(new EtcdByHand(new App(), 'etcd-by-hand', props));
  }

  function statefulSet(manifests: any[]): any {
    return find(manifests, 'StatefulSet', 'etcd');
  }

  function containerOf(manifests: any[]): any {
    return statefulSet(manifests).spec.template.spec.containers.find(({ name }: any) => name === 'etcd');
  }

  /** The flags that etcd is started with in a pod, with variables expanded as the kubelet does it. */
  function flagsOf(manifests: any[], podName: string): Record<string, string> {
    const { env, args } = containerOf(manifests);
    const fields: Record<string, string> = { 'metadata.name': podName, 'status.podIP': '10.0.0.7' };
    const values: Record<string, string> = Object.fromEntries(env.map(({ name, valueFrom: { fieldRef, configMapKeyRef } }: any) => [
      name,
      fieldRef ? fields[fieldRef.fieldPath] : find(manifests, 'ConfigMap', configMapKeyRef.name).data[configMapKeyRef.key],
    ]));
    return Object.fromEntries(args.map((arg: string) => {
      const [, flag, value] = /^--([a-z-]+)=(.*)$/.exec(arg)!;
      return [flag, value.replace(/\$\((\w+)\)/g, (all, name) => values[name] ?? all)];
    }));
  }
});

describe('etcd', () => {
  const reference = load(join(EXAMPLES, 'etcd-by-hand', 'hand-written.yaml'));
  const output = load(join(EXAMPLES, 'etcd', 'dist', 'etcd.k8s.yaml'));
  const container = 'StatefulSet etcd /spec/template/spec/containers/etcd';

  test('says what the manifest written by hand says, but for what its README explains', () => {
    const labels = 'a cluster is found by the labels that Kubernetes recommends';
    const names = 'the list of members is in a ConfigMap, outside the pods';
    const shell = 'the image has no shell';
    const counterparts = output.filter(object => reference.map(nameOf).includes(nameOf(object)));
    const differences: Reasons = {
      'Service etcd /metadata/labels/app': labels,
      'Service etcd /spec/selector/app': labels,
      'StatefulSet etcd /metadata/labels/app': labels,
      'StatefulSet etcd /spec/selector/matchLabels/app': labels,
      'StatefulSet etcd /spec/template/metadata/labels/app': labels,
      'Service etcd /metadata/annotations/service.alpha.kubernetes.io~1tolerate-unready-endpoints': 'now the field publishNotReadyAddresses',
      'StatefulSet etcd /spec/template/metadata/name': 'the StatefulSet names its pods, whatever the template says',
      [`${container}/image`]: 'the image of then is years behind',
      [`${container}/env/CLUSTER_SIZE/name`]: names,
      [`${container}/env/CLUSTER_SIZE/value`]: names,
      [`${container}/env/SET_NAME/name`]: names,
      [`${container}/env/SET_NAME/value`]: names,
      [`${container}/command/~1bin~1sh`]: shell,
      [`${container}/command/-ecx`]: shell,
      [`${container}/command/<script>`]: shell,
      [`${container}/volumeMounts/data/mountPath`]: 'data outlives a reboot, and /var/run is for what does not',
      'StatefulSet etcd /spec/volumeClaimTemplates/data/spec/storageClassName': 'the class is the choice of the cluster that it runs in',
    };
    expect(missingOrChanged(reference, counterparts)).toEqual(Object.keys(differences).sort());
  });

  test('is the one that its README tells how to look at', () => {
    const readme = readFileSync(join(EXAMPLES, 'etcd', 'README.md'), 'utf8');
    const { notes } = new Etcd(new App(), 'etcd').cluster;
    expect(commandsIn(notes).filter(command => !readme.includes(command))).toEqual([]);
  });
});

describe('etcd-production', () => {
  test('is the one that its README tells how to look at', () => {
    const readme = readFileSync(join(EXAMPLES, 'etcd-production', 'README.md'), 'utf8');
    const { notes } = new EtcdProduction(new App(), 'etcd-production').cluster;
    expect(commandsIn(notes).filter(command => !readme.includes(command))).toEqual([]);
  });
});

describe('canary', () => {
  const image = 'nginxinc/nginx-unprivileged:1.28.2-alpine';
  const synth = (rollout: Rollout) => Testing.synth(new WebServers(new App(), 'canary', { image, rollout }));
  const stages = { staged: Rollout.staged(), canary: Rollout.canary(), rolling: Rollout.rolling() };

  test.each([['staged', 3], ['canary', 2], ['rolling', 0]] as const)('%s updates the pods from ordinal %i on', (stage, partition) => {
    expect(find(synth(stages[stage]), 'StatefulSet', 'web').spec.updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { partition } });
  });

  test('changes nothing but the update strategy from stage to stage', () => {
    const rest = (rollout: Rollout) => {
      const manifests = synth(rollout);
      delete find(manifests, 'StatefulSet', 'web').spec.updateStrategy;
      return manifests;
    };
    expect(rest(stages.canary)).toEqual(rest(stages.staged));
    expect(rest(stages.rolling)).toEqual(rest(stages.staged));
  });
});

/** Where there are validations, `cdk8s synth` writes a file for them, too. */
function manifestsIn(folder: string): string[] {
  return readdirSync(folder).filter(file => file !== 'construct-metadata.json');
}

/** The commands of a cluster's notes: they are indented. */
function commandsIn(notes: string): string[] {
  return notes.split('\n').filter(line => line.startsWith('  ')).map(line => line.trim());
}

function load(file: string): any[] {
  return parseAllDocuments(readFileSync(file, 'utf8')).map(document => document.toJS());
}

/** What the reference says and the output does not, or says differently. */
function missingOrChanged(reference: any[], output: any[]): string[] {
  const there = leavesOf(output);
  return [...leavesOf(reference)].filter(([path, value]) => there.get(path) !== value).map(([path]) => path).sort();
}

/** What the output says and the reference does not; of an object that the reference lacks, the object alone. */
function added(reference: any[], output: any[]): string[] {
  const there = leavesOf(reference);
  const objects = reference.map(nameOf);
  const paths = [...leavesOf(output).keys()].filter(path => !there.has(path));
  return [...new Set(paths.map(path => objects.find(object => path.startsWith(`${object} /`)) ? path : path.slice(0, path.indexOf(' /'))))].sort();
}

function nameOf(manifest: any): string {
  return `${manifest.kind} ${manifest.metadata.name}`;
}

/** Each value in manifests that has no parts, by its place; list elements go by their name, or by themselves, never by number. */
function leavesOf(manifests: any[]): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: any, path: string) => {
    if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
      expect([...leaves.keys()]).not.toContain(path);
      leaves.set(path, JSON.stringify(value));
    } else if (Array.isArray(value)) {
      value.forEach(element => walk(element, `${path}/${escaped(element.name ?? element.metadata?.name ?? element.topologyKey ?? element)}`));
    } else {
      Object.entries(value).forEach(([key, child]) => walk(child, `${path}/${escaped(key)}`));
    }
  };
  for (const manifest of manifests) {
    walk(manifest, `${nameOf(manifest)} `);
  }
  return leaves;
}

/** A part of a path, with slashes as JSON pointers have them. */
function escaped(key: string): string {
  return key.includes('\n') ? '<script>' : key.replaceAll('/', '~1');
}
