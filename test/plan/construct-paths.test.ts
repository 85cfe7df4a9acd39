import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, JsonPatch, Size, YamlOutputType } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { ValidationContext, ValidationPlugin } from '../../node_modules/cdk8s-cli/lib/plugins/validation';
import { findConstructMetadata, findManifests } from '../../node_modules/cdk8s-cli/lib/util';
import { DisruptionBudget, EtcdCluster, PlanInput, PlanValidation, StatefulApp } from '../../src';
import { ConstructPaths } from '../../src/plan/construct-paths';

const ROOT = join(__dirname, '..', '..');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paths-'));
  jest.spyOn(console, 'log').mockReturnValue();
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

type Build = (app: App, grown: boolean) => void;

/** What cdk8s reports as the place of each violation, by the kind of the object, where claims grow and services get an address. */
async function pathsOf(build: Build, props: any = {}): Promise<Record<string, string | undefined>> {
  const before = join(folder, 'before');
  const after = join(folder, 'after');
  for (const [outdir, grown] of [[before, false], [after, true]] as const) {
    rmSync(outdir, { recursive: true, force: true });
    const app = new App({ outdir, recordConstructMetadata: true, ...props });
    build(app, grown);
    app.synth();
  }
  const metadata = (ValidationPlugin as any).loadConstructMetadata(findConstructMetadata(after));
  const context = new ValidationContext(await findManifests(after), 'cdk8s-stateful', '0.0.0', metadata);
  await new PlanValidation({ baseline: before }).validate(context);
  return Object.fromEntries(context.report.toJson().violations.flatMap(({ recommendation, violatingConstructs: [{ constructPath }] }) => {
    const [, object] = /^(.*?): /.exec(recommendation)!;
    return [[object, constructPath]];
  }));
}

function ledger(chart: Chart, grown: boolean, props: any = {}): StatefulApp {
  const app = new StatefulApp(chart, 'ledger', {
    replicas: 3,
    containers: [{ image: 'ledger:1', ports: [{ number: 80 }] }],
    volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(grown ? 2 : 1), mountPath: '/data' }],
    ...props,
  });
  const service = ApiObject.of(app.service);
  if (grown) {
    service.addJsonPatch(JsonPatch.replace('/spec/clusterIP', '10.0.0.1'));
  }
  return app;
}

describe('the construct of a finding', () => {
  test('is the application, for objects that another one of their name hides', async () => {
    expect(await pathsOf((app, grown) => ledger(new Chart(app, 'shop'), grown))).toEqual({
      'StatefulSet ledger': 'shop/ledger',
      'Service ledger': 'shop/ledger',
    });
  });

  test('is the very construct, where the object is the last one of its name', async () => {
    const found = await pathsOf((app, grown) => ledger(new Chart(app, 'shop'), grown, { disruptionBudget: DisruptionBudget.none() }));
    expect(found).toMatchObject({ 'StatefulSet ledger': 'shop/ledger/Resource', 'Service ledger': 'shop' });
  });

  test('is the same however manifests are written', async () => {
    const build: Build = (app, grown) => ledger(new Chart(app, 'shop'), grown);
    for (const yamlOutputType of [YamlOutputType.FILE_PER_RESOURCE, YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE, YamlOutputType.FILE_PER_APP]) {
      expect(await pathsOf(build, { yamlOutputType })).toMatchObject({ 'StatefulSet ledger': 'shop/ledger' });
    }
  });

  test('is the cluster, for the members of etcd', async () => {
    const found = await pathsOf((app, grown) => {
      new EtcdCluster(new Chart(app, 'shop'), 'etcd', { storage: Size.gibibytes(grown ? 16 : 8) });
    });
    expect(found).toMatchObject({ 'StatefulSet etcd': 'shop/etcd' });
  });

  test('is not that of a stranger with the same name', async () => {
    const found = await pathsOf((app, grown) => {
      const chart = new Chart(app, 'shop');
      ledger(chart, grown);
      new kplus.ConfigMap(chart, 'Settings', { metadata: { name: 'ledger' } });
    });
    expect(found).toMatchObject({ 'StatefulSet ledger': undefined, 'Service ledger': undefined });
  });

  test('is not guessed where charts make the same for several namespaces', async () => {
    const found = await pathsOf((app, grown) => ['dev', 'prod'].forEach(namespace => ledger(new Chart(app, namespace, { namespace }), grown)));
    expect(found).toMatchObject({ 'StatefulSet dev/ledger': undefined, 'StatefulSet prod/ledger': undefined });
  });

  test('is not known without metadata', async () => {
    writeFileSync(join(folder, 'before.json'), JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'constructor' }, spec: { clusterIP: 'None' } }));
    writeFileSync(join(folder, 'after.json'), JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'constructor' }, spec: { clusterIP: '10.0.0.1' } }));
    expect(PlanInput.fromPath(join(folder, 'after.json')).size).toBe(1);
    const context = new ValidationContext([join(folder, 'after.json')], 'cdk8s-stateful', '0.0.0');
    await new PlanValidation({ baseline: join(folder, 'before.json') }).validate(context);
    expect(context.report.toJson().violations[0].violatingConstructs[0].constructPath).toBeUndefined();
  });
});

test('objects that belong together and have no construct in common have no path', () => {
  const of = (kind: string, name: string): any => ({ apiVersion: 'v1', kind, metadata: { name, labels: { 'app.kubernetes.io/name': 'db' } } });
  const objects = [of('Service', 'db'), of('Secret', 'db'), of('ConfigMap', 'other')];
  const paths = new ConstructPaths(objects.map(object => ({ object, file: 'a.yaml' })), { db: { path: 'one/db/Resource' }, other: { path: 'two/other' } });
  expect(objects.map(object => paths.of(object))).toEqual([undefined, 'one/db/Resource', 'two/other']);
});

test('cdk8s synth fails with the path of the construct', () => {
  const load = `require(${JSON.stringify(join(ROOT, 'node_modules/ts-node'))}).register({ transpileOnly: true, project: ${JSON.stringify(join(ROOT, 'test/tsconfig.json'))} });\n`;
  const library = `${load}module.exports = require(${JSON.stringify(join(ROOT, 'src'))});\n`;
  const app = `
    const { App, Chart, Size } = require(${JSON.stringify(join(ROOT, 'node_modules/cdk8s'))});
    const { StatefulApp } = require('./library');
    const app = new App();
    new StatefulApp(new Chart(app, 'shop'), 'ledger', {
      replicas: 3,
      containers: [{ image: 'ledger:1' }],
      volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(Number(process.env.GIBIBYTES)), mountPath: '/data' }],
    });
    app.synth();
  `;
  const validations = [{ package: './library.js', class: 'PlanValidation', version: '0.0.0', properties: { baseline: 'deployed' } }];
  writeFileSync(join(folder, 'library.js'), library);
  writeFileSync(join(folder, 'main.js'), app);
  writeFileSync(join(folder, 'cdk8s.yaml'), JSON.stringify({ language: 'typescript', app: 'node main.js', output: 'dist', validations }));
  const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };
  execFileSync('node', ['main.js'], { cwd: folder, env: { ...env, GIBIBYTES: '1', CDK8S_OUTDIR: 'deployed' } });
  const run = spawnSync(join(ROOT, 'node_modules/.bin/cdk8s'), ['synth'], { cwd: folder, env: { ...env, GIBIBYTES: '2' }, encoding: 'utf8' });
  expect({ status: run.status, error: run.stderr.trim() }).toEqual({ status: 2, error: 'Validation failed. See above reports for details' });
  expect(run.stdout).toMatch(/claim-template-grown \(refuse\).*Construct Path: shop\/ledger\n.*Resource Name: StatefulSet ledger\n.*volumeClaimTemplates\[data\]/s);
}, 60_000);
