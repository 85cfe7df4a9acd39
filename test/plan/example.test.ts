import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ValidationContext } from '../../node_modules/cdk8s-cli/lib/plugins/validation';
import * as library from '../../src';
import { main } from '../../src/plan/cli';

const ROOT = join(__dirname, '..', '..');
const EXAMPLE = join(ROOT, 'examples', 'ci');

const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ci-'));
  jest.spyOn(console, 'log').mockReturnValue();
});

afterEach(() => {
  process.chdir(ROOT);
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
});

/** Runs an app of the example; returns the folder that it has written to. */
function synth(program: string): string {
  process.env.CDK8S_OUTDIR = join(folder, 'dist');
  try {
    mkdirSync(process.env.CDK8S_OUTDIR);
    jest.isolateModules(() => jest.requireActual(join(EXAMPLE, program)));
    return process.env.CDK8S_OUTDIR;
  } finally {
    delete process.env.CDK8S_OUTDIR;
  }
}

/** The validation as `cdk8s.yaml` names it, with what cdk8s hands to it. */
async function validated(program: string) {
  const [{ class: name, properties }, ...others] = parse(readFileSync(join(EXAMPLE, 'cdk8s.yaml'), 'utf8')).validations;
  expect(others).toEqual([]);
  const manifests = [join(synth(program), 'ci.k8s.yaml')];
  const context = new ValidationContext(manifests, 'cdk8s-stateful', '0.0.0', {});
  process.chdir(EXAMPLE);
  await new (library as any)[name](properties).validate(context);
  return context.report;
}

function plan(...args: string[]) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const code = main(['plan', ...args], { stdout: { write }, stderr: { write }, env: {}, stdin: () => '' });
  return { code, output: written.join('') };
}

/** The blocks of a page in a language. */
function blocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text]) => text);
}

describe('the example of CI', () => {
  test('lets pass another version, and shows which pods move', async () => {
    expect((await validated('main')).success).toBe(true);
    expect(console.log).toHaveBeenCalledWith(expect.stringContaining('step 3: replace ledger-0'));
  });

  test('fails with larger claims, and says what to do', async () => {
    const report = await validated('grown');
    expect(report.success).toBe(false);
    expect(report.toJson().violations).toMatchObject([{ ruleName: 'claim-template-grown (refuse)' }]);
    expect(console.log).toHaveBeenCalledWith(expect.stringContaining('do not apply this'));
  });

  test('comments on a pull request with a command that is there, and ends as it does', () => {
    const { jobs: { plan: { steps } } } = parse(readFileSync(join(EXAMPLE, '.github', 'workflows', 'plan.yml'), 'utf8'));
    const script = steps.find(({ id }: any) => id === 'plan').run;
    const [, command] = /npx cdk8s-stateful plan (.*) > plan\.md /.exec(script)!;
    const args = command.replaceAll('"', '').replace('$GITHUB_BASE_REF', 'main').split(' ');
    cpSync(join(EXAMPLE, 'deployed'), join(folder, 'deployed'), { recursive: true });
    const git = (...given: string[]) => expect(spawnSync('git', ['-c', 'user.name=ci', '-c', 'user.email=ci', ...given], { cwd: folder }).status).toBe(0);
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'deployed');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    synth('grown');
    process.chdir(folder);
    const { code, output } = plan(...args);
    expect(code).toBe(1);
    expect(output).toContain('## Do not apply this change');
  });

  test('is shown as it is', () => {
    const [fine, refused] = blocks(readme, 'console');
    process.chdir(EXAMPLE);
    expect(fine).toBe(`$ npx cdk8s-stateful plan deployed dist\n${plan('deployed', 'dist').output}`);
    const { code, output } = plan('deployed', synth('grown'));
    expect(code).toBe(1);
    expect(refused).toBe(`$ npx cdk8s synth --app 'npx ts-node --project ../tsconfig.json grown.ts' --output grown\n...\n${output}...\n`);
  });

  test('is what the front page shows', () => {
    const [shown] = blocks(readFileSync(join(ROOT, 'README.md'), 'utf8'), 'console');
    process.chdir(ROOT);
    expect(shown).toBe(`$ npx cdk8s-stateful plan examples/ci/deployed examples/ci/dist\n${plan('examples/ci/deployed', 'examples/ci/dist').output}`);
  });
});
