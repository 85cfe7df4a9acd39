import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { service, statefulSet, template } from './manifests';
import { ValidationContext } from '../../node_modules/cdk8s-cli/lib/plugins/validation';
import { PlanValidation, StatefulApp } from '../../src';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plan-'));
  jest.spyOn(console, 'log').mockReturnValue();
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

function file(name: string, ...objects: any[]): string {
  writeFileSync(join(folder, name), objects.map(object => JSON.stringify(object)).join('\n---\n'));
  return join(folder, name);
}

/** The report of cdk8s's own class, as `cdk8s synth` prints it. */
async function report(props: any, manifests: string[], metadata: any = {}) {
  const context = new ValidationContext(manifests, 'cdk8s-stateful', '0.0.0', metadata);
  await new PlanValidation(props).validate(context);
  return { success: context.report.success, text: context.report.toString(), json: context.report.toJson() };
}

describe('PlanValidation', () => {
  test('lets pass what can be applied, with its warnings', async () => {
    const { success, json, text } = await report({ baseline: file('before.json', statefulSet()) }, [file('after.json', statefulSet({ replicas: 0 }))]);
    expect(success).toBe(true);
    expect(json.violations.map(({ ruleName }) => ruleName)).toEqual(['scale-to-zero (warn)']);
    expect(text).toContain('success');
    expect(console.log).toHaveBeenCalledWith(expect.stringContaining('step 3: delete db-0'));
  });

  test('fails with what must not be applied, and with warnings if it is strict', async () => {
    const baseline = file('before.json', statefulSet());
    const after = file('after.json', statefulSet({ serviceName: 'x', template: template('db:2') }));
    const { success, json } = await report({ baseline }, [after], { db: { path: 'chart/Database/Resource' } });
    expect(success).toBe(false);
    expect(json).toMatchObject({
      summary: { status: 'failure', metadata: { baseline } },
      violations: [{
        ruleName: 'statefulset-service-name (refuse)',
        recommendation: 'StatefulSet db: Kubernetes refuses another serviceName',
        fix: expect.stringContaining('--cascade=orphan'),
        violatingConstructs: [{ constructPath: 'chart/Database/Resource', manifestPath: after, resourceName: 'db', locations: ['spec.serviceName'] }],
      }],
    });
    expect(await report({ baseline, strict: true }, [file('after.json', statefulSet({ replicas: 0 }))])).toMatchObject({ success: false });
    expect(await report({ baseline, strict: true }, [file('after.json', statefulSet())])).toMatchObject({ success: true });
  });

  test('knows what is not synthesized any more', async () => {
    const baseline = file('before.json', statefulSet(), service({}, { namespace: 'x' }));
    const { json } = await report({ baseline }, [file('after.json', service({}, { namespace: 'x' }))]);
    expect(json.violations[0].violatingConstructs).toMatchObject([{ manifestPath: 'not synthesized any more', locations: ['StatefulSet'] }]);
    expect((await report({ baseline, prune: false }, [file('after.json')])).json.violations).toEqual([]);
  });

  test('names no construct for what is not synthesized any more, though another has its name', async () => {
    const { json } = await report({ baseline: file('before.json', statefulSet(), service()) }, [file('after.json', service())], { db: { path: 'chart/Service' } });
    expect(json.violations).toMatchObject([{
      ruleName: 'statefulset-deleted (warn)', violatingConstructs: [{ resourceName: 'StatefulSet db', constructPath: undefined }],
    }]);
  });

  test('finds the manifest of an object whose namespace only the baseline names', async () => {
    const after = file('after.json', statefulSet({ replicas: 0 }));
    const { json } = await report({ baseline: file('before.json', statefulSet({}, { namespace: 'x' })) }, [after]);
    expect(json.violations[0].violatingConstructs).toMatchObject([{ manifestPath: after }]);
  });

  test('finds the manifest of an object in its namespace', async () => {
    const [a, b] = [file('a.json', service({}, { namespace: 'a' })), file('b.json', service({ clusterIP: '10.0.0.1' }))];
    const { json } = await report({ baseline: file('before.json', service({}, { namespace: 'a' }), service({}, { namespace: 'b' })), namespace: 'b' }, [a, b]);
    expect(json.violations[0].violatingConstructs).toMatchObject([{ manifestPath: b }]);
  });

  test('takes what cdk8s synthesizes, with nothing deployed yet', async () => {
    const app = new App({ outdir: folder });
    new StatefulApp(new Chart(app, 'chart'), 'db', { containers: [{ image: 'db:1' }] });
    app.synth();
    expect(await report({ baseline: 'HEAD:no/such/folder' }, [join(folder, 'chart.k8s.yaml')])).toMatchObject({ success: true });
  });

  test('says which baseline cannot be read', async () => {
    await expect(report({ baseline: join(folder, 'no') }, [file('after.json')])).rejects.toThrow(/PlanValidation with baseline .*no: .* cannot be read/);
    await expect(report({ baseline: 'no-such-branch:dist' }, [file('after.json')])).rejects.toThrow(/git knows no revision 'no-such-branch'/);
    const broken = { manifests: [], logger: { log: () => { throw new Error('broken'); } } };
    await expect(new PlanValidation({ baseline: file('before.json') }).validate(broken)).rejects.toThrow('broken');
  });

  test.each([[undefined], [{}], [{ baseline: 5 }], [{ baseline: '' }]])('fails with %j, which names no baseline', props => {
    expect(() => new PlanValidation(props as any)).toThrow('\'baseline\' of PlanValidation must be a file, a folder or a revision such as origin/main:dist, got');
  });
});
