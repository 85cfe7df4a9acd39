import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { Answer, Asked, FakeGateway, no, printed } from './fake-gateway';
import { enableAuth, enableWithin, verdictOf } from '../../../src/etcd/agent/enable-auth';
import { GatewayError } from '../../../src/etcd/agent/gateway';
import { TestAuthority } from '../test-certificates';

// a machine that is busy with other things needs its time.
jest.setTimeout(60_000);

const PASSWORD = 'correct-horse';
const QUICK = { total: 20_000, pause: 1 };

/** What etcd knows of users, and how it answers: as it was recorded of 3.4.23 and of 3.6.14. */
class FakeUsers {
  public isOn = false;
  public readonly users = new Map<string, { password: string; roles: Set<string> }>();
  public readonly roles = new Set<string>();

  public constructor(private readonly precondition = 400) {}

  public answer({ path, body, headers }: Asked): Answer {
    const verb = path.replace('/v3/auth/', '');
    if (verb === 'authenticate') {
      return !this.isOn ? this.unmet('authentication is not enabled')
        : this.users.get(body.name)?.password === body.password ? { token: `${body.name}.1` }
          : no(3, 'etcdserver: authentication failed, invalid user ID or password');
    }
    if (this.isOn && headers.authorization !== 'root.1') {
      return no(3, 'etcdserver: user name is empty');
    }
    return this.done(verb, body) ?? {};
  }

  private done(verb: string, { name, password, user, role }: any): Answer | undefined {
    switch (verb) {
      case 'user/add':
        return this.users.has(name) ? this.unmet('user name already exists') : void this.users.set(name, { password, roles: new Set() });
      case 'user/delete': return void this.users.delete(name);
      case 'role/add': return this.roles.has(name) ? this.unmet('role name already exists') : void this.roles.add(name);
      case 'user/grant': return void this.users.get(user)!.roles.add(role);
      case 'enable':
        return this.users.get('root')?.roles.has('root') ? void (this.isOn = true) : this.unmet('root user does not have root role');
      case 'user/get': return { roles: [...this.users.get(name)!.roles] };
    }
    throw new Error(`nobody asks for ${verb}`);
  }

  private unmet(message: string): Answer {
    return no(9, `etcdserver: ${message}`, this.precondition);
  }
}

let gateway: FakeGateway | undefined;
let lines: any[];

beforeEach(() => {
  lines = printed();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await gateway?.stop();
  gateway = undefined;
});

/** Runs the program against a gateway; what was printed never has a password in it. */
async function runOn(answer: (asked: Asked) => Answer, env: Record<string, string> = {}, patience = QUICK): Promise<FakeGateway> {
  await gateway?.stop();
  gateway = await FakeGateway.start(answer);
  try {
    await enableWithin(patience, { ETCDCTL_ENDPOINTS: gateway.url, ETCDCTL_PASSWORD: PASSWORD, ...env });
  } finally {
    expect(JSON.stringify(lines)).not.toContain(PASSWORD);
  }
  return gateway;
}

const runWith = (users: FakeUsers, env?: Record<string, string>) => runOn(asked => users.answer(asked), env);
const events = () => lines.map(({ event }) => event);

describe('users and roles', () => {
  test.each([400, 412])('are turned on, and root is asked whether that is so, where conditions are answered with %i', async (precondition) => {
    const users = new FakeUsers(precondition);
    const { paths } = await runWith(users);
    expect(users.isOn).toBe(true);
    expect(users.users.get('root')).toEqual({ password: PASSWORD, roles: new Set(['root']) });
    expect(paths.at(-1)).toBe('/v3/auth/user/get');
    expect(events()).toEqual(['turned on', 'on']);
  });

  test('are left as they are where the password is known', async () => {
    const users = new FakeUsers();
    await runWith(users);
    lines.length = 0;
    const { paths } = await runWith(users);
    expect(paths.filter(path => !/authenticate|user\/get/.test(path))).toEqual([]);
    expect(events()).toEqual(['on']);
  });

  test('are not turned on with the password that root had before', async () => {
    const users = new FakeUsers();
    users.users.set('root', { password: 'of-somebody', roles: new Set(['other']) });
    await runWith(users);
    expect(users.users.get('root')!.password).toBe(PASSWORD);
  });

  test('fail where root has another password, with how to mend it', async () => {
    const users = new FakeUsers();
    await runWith(users);
    await expect(runWith(users, { ETCDCTL_PASSWORD: 'wrong-horse' })).rejects.toThrow(
      /^etcd has users and roles on, and its user root has another password than the Secret: put the right one into the Secret, or .*; then delete this Job/);
    expect(users.users.get('root')!.password).toBe(PASSWORD);
  });

  test('are turned on by the next run, wherever the last was interrupted', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(8), { maxLength: 4 }), fc.boolean(), async (ends, isDone) => {
      const users = new FakeUsers();
      for (const end of ends) {
        let asked = 0;
        // the last call may have been done though nobody heard of it; then everything is gone until the run ends.
        await runOn(call => asked++ < end ? users.answer(call) : (isDone && asked === end + 1 && users.answer(call), 'the end'), {}, { total: 1, pause: 1 })
          .catch(() => undefined);
      }
      await runWith(users);
      expect([users.isOn, users.users.get('root')]).toEqual([true, { password: PASSWORD, roles: new Set(['root']) }]);
    }), { numRuns: 40 });
  });
});

describe('a cluster that does not answer', () => {
  test('is waited for, with a line that says why', async () => {
    const users = new FakeUsers();
    let asked = 0;
    await runOn(call => asked++ < 3 ? no(14, 'etcdserver: no leader', 503) : users.answer(call));
    expect(lines).toMatchObject([{ event: 'waiting', reason: 'etcdserver: no leader' }, { event: 'turned on' }, { event: 'on' }]);
  });

  test('is waited for no longer than is reasonable', async () => {
    await expect(runOn(() => no(14, 'etcdserver: no leader', 503), {}, { total: 30, pause: 10 }))
      .rejects.toThrow(/^users and roles could not be turned on within 0.03 s: etcdserver: no leader$/);
  });

  test('may answer nothing while they are turned on', async () => {
    const users = new FakeUsers();
    let ended = false;
    await runOn(call => call.path.endsWith('enable') && !ended ? (ended = true, 'the end') : users.answer(call));
    expect(events()).toEqual(['waiting', 'turned on', 'on']);
    expect(lines[0].reason).toMatch(/does not answer/);
  });

  test('fails where a step fails for another reason than that it was done before', async () => {
    const users = new FakeUsers();
    await expect(runOn(call => call.path.endsWith('role/add') ? no(9, 'etcdserver: something else') : users.answer(call), {}, { total: 20, pause: 1 }))
      .rejects.toThrow(/: etcdserver: something else$/);
    expect(users.isOn).toBe(false);
  });
});

describe('what never works', () => {
  test('fails before anything is asked: a password that ends with a line break', async () => {
    await expect(runWith(new FakeUsers(), { ETCDCTL_PASSWORD: `${PASSWORD}\n` })).rejects.toThrow(/^the password in the Secret ends with a line break, which nobody types/);
    expect(gateway!.asked).toEqual([]);
  });

  test('fails before anything is asked: a certificate with a common name, with which nobody would get in any more', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'enable-auth-'));
    try {
      const authority = await TestAuthority.named('ca');
      const certificateOf = async (commonName?: string) => {
        const { 'tls.crt': text } = await authority.issue({ names: ['client'], commonName, usages: ['clientAuth'] });
        writeFileSync(join(folder, 'tls.crt'), text);
        return { ETCDCTL_CERT: join(folder, 'tls.crt') };
      };
      await expect(runWith(new FakeUsers(), await certificateOf('api'))).rejects.toThrow(
        /^the certificate for clients has the common name 'api', and etcd's JSON gateway refuses those once users and roles are on: issue it with DNS names alone$/);
      expect(gateway!.asked).toEqual([]);
      await runWith(new FakeUsers(), await certificateOf());
      expect(events()).toContain('on');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('fails without a password', async () => {
    await expect(enableAuth({ ETCDCTL_ENDPOINTS: 'http://127.0.0.1:1' })).rejects.toThrow(/^ETCDCTL_PASSWORD is not set/);
  });
});

test.each<[unknown, string]>([
  [new Error('etcd:2379 does not answer'), 'no answer'],
  [new GatewayError('etcdserver: authentication is not enabled', 412, 9), 'not asked for'],
  [new GatewayError('etcdserver: authentication failed, invalid user ID or password', 400, 3), 'refused'],
  [new GatewayError('etcdserver: too many requests', 429, 8), 'no answer'],
])('%p says of a password: %s', (error, verdict) => {
  expect(verdictOf(error)).toBe(verdict);
});
