import { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { ask, linesOf, open, startApi } from './testing';
import { KubeObject } from '../objects';

const PODS = '/api/v1/namespaces/default/pods';
const pod = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default' }, spec: {} });

/** Reads the events of a watch one by one. */
function eventsOf(answer: IncomingMessage) {
  const lines = createInterface({ input: answer })[Symbol.asyncIterator]();
  return async () => JSON.parse((await lines.next()).value);
}

describe('ApiServer', () => {
  const harness = jest.fn();
  let world: Awaited<ReturnType<typeof startApi>>;
  beforeEach(async () => {
    world = await startApi({ harness });
    world.store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'operator', namespace: 'default' } });
  });
  afterEach(() => world.stop());

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const operator = () => bearer(world.tokens.issue('default', 'operator'));
  const allow = (rule: object) => {
    const meta = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name: 'operator', namespace: 'default' } };
    world.store.create({ ...meta, kind: 'Role', rules: [rule] });
    world.store.create({
      ...meta, kind: 'RoleBinding', subjects: [{ kind: 'ServiceAccount', name: 'operator' }], roleRef: { kind: 'Role', name: 'operator' },
    });
  };

  describe('the door for pods', () => {
    test('shows a certificate that pods can check with the authority they are given', async () => {
      expect((await ask(world.tls, 'GET /version')).body.gitVersion).toBe('v1.27.1');
      await expect(ask({ ...world.tls, ca: undefined }, 'GET /version')).rejects.toThrow(/unable to verify the first certificate/);
      await expect(ask({ ...world.tls, servername: 'example.com' }, 'GET /version')).rejects.toThrow(/does not match certificate's altnames/);
    });

    test('lets a service account do what its roles allow', async () => {
      allow({ apiGroups: [''], resources: ['pods'], verbs: ['list'] });
      world.store.create(pod('etcd-0'));
      const { code, body } = await ask(world.tls, `GET ${PODS}`, undefined, operator());
      expect([code, body.items.length]).toEqual([200, 1]);
    });

    // https://kubernetes.io/docs/reference/access-authn-authz/rbac/
    test('fails with 403 on everything else', async () => {
      allow({ apiGroups: [''], resources: ['pods'], verbs: ['list'] });
      const { code, body } = await ask(world.tls, `DELETE ${PODS}/etcd-0`, undefined, operator());
      expect(code).toBe(403);
      expect(body).toMatchObject({
        kind: 'Status',
        status: 'Failure',
        reason: 'Forbidden',
        message: 'pods "etcd-0" is forbidden: User "system:serviceaccount:default:operator" cannot delete resource "pods" in API group "" '
          + 'in the namespace "default"',
        details: { name: 'etcd-0', kind: 'pods' },
      });
    });

    test('asks for the roles before anything else, and so does not tell what there is', async () => {
      expect((await ask(world.tls, 'GET /api/v1/nodes', undefined, operator())).code).toBe(403);
      expect((await ask(world.tls, `POST ${PODS}`, 'not json', operator())).code).toBe(403);
    });

    // https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
    test('takes who shows no token for anonymous', async () => {
      const { code, body } = await ask(world.tls, `GET ${PODS}`);
      expect([code, body.message]).toEqual([403, expect.stringMatching(/^pods is forbidden: User "system:anonymous" cannot list /)]);
      expect(await ask(world.tls, 'GET /readyz')).toMatchObject({ code: 200, type: 'text/plain', body: 'ok' });
    });

    test.each([
      ['that it has not made', () => 'x.y.z'],
      ['for another audience', () => world.tokens.issue('default', 'operator', { audience: 'vault' })],
      ['of a service account that is gone', () => world.tokens.issue('default', 'gone')],
    ])('fails with 401 on a token %s', async (_, token) => {
      const { code, body } = await ask(world.tls, 'GET /version', undefined, bearer(token()));
      expect([code, body.reason, body.message]).toEqual([401, 'Unauthorized', 'Unauthorized']);
    });

    test('has no way to the harness', async () => {
      allow({ nonResourceURLs: ['*'], apiGroups: ['*'], resources: ['*'], verbs: ['*'] });
      expect((await ask(world.tls, 'POST /harness/kill', {}, operator())).code).toBe(403);
      expect(harness).not.toHaveBeenCalled();
    });

    test('closes in the middle of an answer, and opens again', async () => {
      allow({ apiGroups: [''], resources: ['pods'], verbs: ['watch', 'list'] });
      const watch = await open(world.tls, `GET ${PODS}?watch=1`, undefined, operator());
      const cut = expect(linesOf(watch)).rejects.toThrow(/aborted/);
      await world.api.closeTls();
      await cut;
      await expect(ask(world.tls, 'GET /version')).rejects.toThrow(/ECONNREFUSED/);
      expect((await ask(world.admin, 'GET /version')).code).toBe(200);

      await world.api.listenTls('127.0.0.1', world.port);
      expect((await ask(world.tls, `GET ${PODS}`, undefined, operator())).code).toBe(200);
    });

    test('fails to open twice', async () => {
      await expect(world.api.listenTls('127.0.0.1', 0)).rejects.toThrow(/the tls door of the API server is open already/);
    });
  });

  describe('the door for tests', () => {
    test('hands over to the harness, and answers with what it says', async () => {
      harness.mockResolvedValueOnce([{ reason: 'Killing' }]).mockResolvedValueOnce(undefined);
      expect(await ask(world.admin, 'POST /harness/events', { namespace: 'default' })).toMatchObject({ code: 200, body: [{ reason: 'Killing' }] });
      expect(harness).toHaveBeenCalledWith('events', { namespace: 'default' });
      expect(await ask(world.admin, 'POST /harness/power-off')).toMatchObject({ code: 200, body: null });
      expect((await ask(world.admin, 'GET /harness/events')).code).toBe(405);
    });

    test('fails with what the harness has failed with, and notes where', async () => {
      const log = jest.spyOn(console, 'error').mockImplementation();
      const error = new Error('no such pod');
      harness.mockRejectedValueOnce(error);
      const { code, body } = await ask(world.admin, 'POST /harness/kill', {});
      expect([code, body.message]).toEqual([500, 'Internal error occurred: no such pod']);
      expect(log).toHaveBeenCalledWith(error);
      log.mockRestore();
    });
  });

  // https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
  describe('a watch', () => {
    test('goes on from a list, a line for each change', async () => {
      world.store.create(pod('etcd-0'));
      const { body: { metadata: { resourceVersion } } } = await ask(world.admin, `GET ${PODS}`);
      world.store.create(pod('etcd-1'));
      const next = eventsOf(await open(world.admin, `GET ${PODS}?watch=1&resourceVersion=${resourceVersion}`));
      expect(await next()).toMatchObject({ type: 'ADDED', object: { kind: 'Pod', metadata: { name: 'etcd-1' } } });
      world.store.modify('Pod', 'default', 'etcd-0', object => { object.status = { phase: 'Running' }; });
      expect(await next()).toMatchObject({ type: 'MODIFIED', object: { metadata: { name: 'etcd-0' }, status: { phase: 'Running' } } });
      world.store.remove('Pod', 'default', 'etcd-1');
      expect(await next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'etcd-1' } } });
    });

    test('can be of one object', async () => {
      world.store.create(pod('etcd-0'));
      world.store.create(pod('etcd-1'));
      const next = eventsOf(await open(world.admin, `GET ${PODS}?watch=true&fieldSelector=metadata.name%3Detcd-1`));
      expect(await next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'etcd-1' } } });
    });

    test('answers at once, also if there is nothing to tell', async () => {
      expect((await open(world.admin, `GET ${PODS}?watch=1`)).statusCode).toBe(200);
    });

    test('ends when its time is over', async () => {
      world.store.create(pod('etcd-0'));
      const lines = await linesOf(await open(world.admin, `GET ${PODS}?watch=1&timeoutSeconds=1`));
      expect(lines.map(line => JSON.parse(line).type)).toEqual(['ADDED']);
    });

    test('ends in good order when the server does', async () => {
      world.store.create(pod('etcd-0'));
      const watch = await open(world.admin, `GET ${PODS}?watch=1`);
      const lines = linesOf(watch);
      await world.api.close();
      expect((await lines).length).toBe(1);
      expect(watch.complete).toBe(true);
      // nobody is told any more.
      world.store.create(pod('etcd-1'));
    });

    test('is forgotten when its client goes', async () => {
      const watch = await open(world.admin, `GET ${PODS}?watch=1`);
      watch.destroy();
      world.store.create(pod('etcd-0'));
      expect((await ask(world.admin, `GET ${PODS}`)).body.items.length).toBe(1);
    });

    // https://kubernetes.io/docs/reference/using-api/api-concepts/#410-gone-responses
    test('says by an event that the version is too old', async () => {
      for (let i = 0; i < 3000; i++) {
        world.store.modify('ServiceAccount', 'default', 'operator', ({ metadata }) => { metadata.labels = { i: String(i) }; });
      }
      const lines = await linesOf(await open(world.admin, `GET ${PODS}?watch=1&resourceVersion=1`));
      expect(lines.map(line => JSON.parse(line))).toEqual([
        { type: 'ERROR', object: expect.objectContaining({ kind: 'Status', code: 410, reason: 'Expired' }) },
      ]);
    });

    test.each(['resourceVersion=new', 'labelSelector=a+in+b', 'fieldSelector=spec.x%3Dy'])('fails on %s', async query => {
      expect((await ask(world.admin, `GET ${PODS}?watch=1&${query}`)).code).toBe(400);
    });

    test('fails on what is not served', async () => {
      expect((await ask(world.admin, 'GET /api/v1/nodes?watch=1')).code).toBe(404);
      expect((await ask(world.tls, `GET ${PODS}?watch=1`, undefined, operator())).body.message).toMatch(/cannot watch resource "pods"/);
    });
  });
});
