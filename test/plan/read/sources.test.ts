import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlanInput } from '../../../src';
import { manifestsOfCluster } from '../../../src/plan/read/cluster';
import { manifestsOfGit, manifestsOfPath } from '../../../src/plan/read/sources';
import { live, object, pod, statefulSet } from '../manifests';

const text = (name: string) => JSON.stringify(object('v1', 'ConfigMap', {}, { name }));
const names = (manifests: readonly any[]) => manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe('a path', () => {
  test('is a file, or a folder with its folders', () => {
    const one = file('b/one.yaml', text('one'));
    file('a.yml', text('a'));
    file('b/two.json', text('two'));
    file('b/construct-metadata.json', '{}');
    file('notes.md', '# not');
    symlinkSync(folder, join(folder, 'b', 'circle.yaml'));
    expect(names(PlanInput.fromPath(folder)._manifests)).toEqual(['ConfigMap a', 'ConfigMap one', 'ConfigMap two']);
    expect(names(manifestsOfPath(one))).toEqual(['ConfigMap one']);
  });

  test('is refused that is not there, or too large', () => {
    expect(() => manifestsOfPath(join(folder, 'no'))).toThrow(/no: cannot be read: ENOENT/);
    truncateSync(file('large.yaml', ''), 100 * 1024 * 1024);
    expect(() => manifestsOfPath(folder)).toThrow(/must be at most 32 MiB, got 100 MiB/);
  });
});

describe('a revision of git', () => {
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { stdio: 'pipe' });
  const read = (place: string) => names(manifestsOfGit(place, folder));

  beforeEach(() => {
    git('init', '--quiet', '--initial-branch=main');
    file('dist/b.yaml', text('b'));
    file('dist/a/a.yaml', text('a'));
    file('dist/construct-metadata.json', '{}');
    file('dist/notes.txt', 'not');
    git('add', '.');
    git('commit', '--quiet', '--message=one');
    file('dist/b.yaml', text('changed'));
  });

  test('gives a folder or a file as it was', () => {
    expect(read('main:dist')).toEqual(['ConfigMap a', 'ConfigMap b']);
    expect(read('HEAD:dist/b.yaml')).toEqual(['ConfigMap b']);
    expect(read('HEAD:./dist/a')).toEqual(['ConfigMap a']);
    file('dist/a file.yaml', `${text('äöü')}\n# €\n`);
    file('dist/empty.yaml', '');
    git('add', '.');
    git('commit', '--quiet', '--message=two');
    expect(read('HEAD:dist')).toEqual(['ConfigMap äöü', 'ConfigMap a', 'ConfigMap changed']);
    expect(read('HEAD:dist/a file.yaml')).toEqual(['ConfigMap äöü']);
  });

  test('has nothing where there was nothing yet', () => {
    expect(read('main:deploy')).toEqual([]);
  });

  test('is refused that is not there, or no revision', () => {
    expect(() => read('origin/main:dist')).toThrow('origin/main:dist: git knows no revision \'origin/main\' here: fetch it first');
    expect(() => read('--output=x:dist')).toThrow('must be a revision and a path');
    expect(() => read('dist')).toThrow('must be a revision and a path');
    expect(() => PlanInput.fromGit('no-such-revision:dist')).toThrow('fetch it first');
  });

  test('is refused that is too large', () => {
    truncateSync(file('dist/large.yaml', ''), 33 * 1024 * 1024);
    git('add', '.');
    git('commit', '--quiet', '--message=two');
    expect(() => read('HEAD:dist')).toThrow('HEAD:dist: must be at most 32 MiB, got 34 MiB');
    expect(() => read('HEAD:dist/large.yaml')).toThrow('HEAD:dist/large.yaml: must be at most 32 MiB, got 33 MiB');
    truncateSync(file('dist/large.yaml', ''), 20 * 1024 * 1024);
    truncateSync(file('dist/other.yaml', ''), 20 * 1024 * 1024);
    git('add', '.');
    git('commit', '--quiet', '--message=three');
    expect(() => read('HEAD:dist')).toThrow('HEAD:dist: must be at most 32 MiB, got 41 MiB');
  });
});

describe('a cluster', () => {
  const path = process.env.PATH;

  afterEach(() => {
    process.env.PATH = path;
  });

  /** A kubectl that notes how it is called, and answers from files. */
  function kubectl(script: string): () => string[] {
    const log = file('calls', '');
    chmodSync(file('bin/kubectl', `#!/bin/sh\necho "$@" >> ${log}\n${script}\n`), 0o755);
    process.env.PATH = `${join(folder, 'bin')}:${path}`;
    return () => readFileSync(log, 'utf8').trim().split('\n');
  }

  test('is asked in the namespace of each manifest, and in the given one for those that name none', () => {
    const calls = kubectl(`cat >> ${join(folder, 'asked')}; echo >> ${join(folder, 'asked')}`);
    const [here, there] = [object('v1', 'ConfigMap'), object('v1', 'ConfigMap', {}, { name: 'other', namespace: 'there' })];
    manifestsOfCluster([here, there], { namespace: 'here' });
    expect(calls()).toEqual([
      'get --filename - --ignore-not-found --show-managed-fields --namespace here --output json',
      'get --filename - --ignore-not-found --show-managed-fields --output json',
    ]);
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n').map(line => JSON.parse(line).items);
    expect(asked).toEqual([[here], [there]]);
    manifestsOfCluster([there], { namespace: 'here' });
    expect(calls()).toHaveLength(3);
  });

  test('is asked for what manifests name, and for what belongs to their sets', () => {
    const set = live(statefulSet());
    const objects = file('objects', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [set, live(object('v1', 'ConfigMap'))] }));
    const found = file('found', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [pod('db', 0), live(object('v1', 'ConfigMap'))] }));
    const calls = kubectl(`case "$*" in *filename*) cat > ${join(folder, 'asked')}; cat ${objects};; *) cat ${found};; esac`);
    expect(names(manifestsOfCluster([statefulSet()], { context: 'prod', namespace: 'shop' }))).toEqual(['StatefulSet db', 'ConfigMap it', 'Pod db-0']);
    expect(calls()).toEqual([
      'get --filename - --ignore-not-found --show-managed-fields --namespace shop --context prod --output json',
      'get pods,persistentvolumeclaims,controllerrevisions --selector app=db --namespace default --context prod --output json',
    ]);
    expect(JSON.parse(readFileSync(join(folder, 'asked'), 'utf8')).items).toEqual([statefulSet()]);
  });

  test('is not asked for nothing, and may have nothing', () => {
    const calls = kubectl('');
    expect(manifestsOfCluster([], {})).toEqual([]);
    expect(manifestsOfCluster([object('v1', 'ConfigMap')], {})).toEqual([]);
    const [asked] = calls();
    expect(calls()).toEqual([asked]);
    const { selector, ...spec } = statefulSet().spec;
    kubectl(`cat ${file('set', JSON.stringify(live({ ...statefulSet(), spec })))}`);
    expect(names(manifestsOfCluster([statefulSet()], {}))).toEqual(['StatefulSet db']);
    expect(calls()).toEqual(['get --filename - --ignore-not-found --show-managed-fields --output json']);
  });

  test('says what is wrong', () => {
    kubectl('exit 3');
    expect(() => manifestsOfCluster([object('v1', 'ConfigMap')], {})).toThrow(/kubectl get: (ends with 3|spawnSync)/);
    kubectl('cat > /dev/null; exit 3');
    expect(() => manifestsOfCluster([object('v1', 'ConfigMap')], {})).toThrow('kubectl get: ends with 3');
    kubectl('echo "the server is on fire" >&2; exit 1');
    expect(() => manifestsOfCluster([object('v1', 'ConfigMap')], {})).toThrow('kubectl get: the server is on fire');
    process.env.PATH = folder;
    expect(() => manifestsOfCluster([object('v1', 'ConfigMap')], {})).toThrow(/kubectl get: .*ENOENT/);
  });
});
