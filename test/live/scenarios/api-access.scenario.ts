import { podOf } from './pods';
import { KubeObject } from '../control-plane/objects';
import { story } from '../story';

/** Asks the API server as any program in a pod does: with the token, the certificate and the variables that a pod is given. */
const CLIENT = `
const fs = require('fs'), https = require('https');
const account = '/var/run/secrets/kubernetes.io/serviceaccount/';
const [, path, method = 'GET', body] = process.argv;
const options = {
  host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, path, method, timeout: 3000,
  ca: fs.readFileSync(account + 'ca.crt'),
  headers: { authorization: 'Bearer ' + fs.readFileSync(account + 'token'), 'content-type': 'application/merge-patch+json' },
};
https.request(options, response => {
  let text = '';
  response.on('data', chunk => text += chunk).on('end', () => console.log(JSON.stringify({ code: response.statusCode, body: JSON.parse(text) })));
}).on('timeout', () => { console.log('{"error":"timeout"}'); process.exit(); }).on('error', error => console.log(JSON.stringify({ error: error.code }))).end(body);
`;

story('programs that speak to the API server', {}, ({ cluster, faults, step, processStep }) => {
  const ask = async (...args: string[]): Promise<any> => {
    const { stdout, stderr } = await cluster.exec('program', ['node', '-e', CLIENT, ...args]);
    if (stdout === '') {
      throw new Error(stderr);
    }
    return JSON.parse(stdout);
  };
  const pathOf = (resource: string, name = '') => `/api/v1/namespaces/${cluster.namespace}/${resource}/${name}`.replace(/\/$/, '');

  step('run with a token of their service account', async () => {
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['state'], verbs: ['get', 'patch'] },
      { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
    ];
    const objects: KubeObject[] = [
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'keeper' } },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'keeper' }, rules },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'keeper' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'keeper' },
        subjects: [{ kind: 'ServiceAccount', name: 'keeper', namespace: cluster.namespace }],
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'state' }, data: { phase: 'new' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } },
      podOf('program', { name: 'main', image: 'node:20-bookworm-slim', command: ['node', '-e', 'setInterval(() => {}, 1000)'] }, {
        serviceAccountName: 'keeper', automountServiceAccountToken: true,
      }),
    ];
    await cluster.apply(objects);
    await cluster.eventually('the program runs', async () => expect((await cluster.exec('program', ['node', '--version'])).exitCode).toBe(0));
  });

  step('may do what their role says', async () => {
    expect(await ask(pathOf('configmaps', 'state'))).toMatchObject({ code: 200, body: { data: { phase: 'new' } } });
    expect(await ask(pathOf('configmaps', 'state'), 'PATCH', '{"data":{"phase":"started"}}')).toMatchObject({ code: 200 });
    expect((await cluster.get('ConfigMap', 'state')).data).toEqual({ phase: 'started' });
  });

  step('are told of what is there, and of what changes', async () => {
    const program = { metadata: { name: 'program' } };
    expect(await ask(pathOf('pods'))).toMatchObject({ code: 200, body: { kind: 'PodList', items: [program] } });
    expect(await ask(`${pathOf('pods')}?watch=1&timeoutSeconds=1`)).toMatchObject({ code: 200, body: { type: 'ADDED', object: program } });
  });

  step('may do nothing else', async () => {
    const forbidden = { code: 403, body: { kind: 'Status', reason: 'Forbidden', message: expect.stringMatching(/"system:serviceaccount:.*:keeper" cannot/) } };
    expect(await ask(pathOf('configmaps', 'other'))).toMatchObject(forbidden);
    expect(await ask(pathOf('configmaps', 'state'), 'DELETE')).toMatchObject(forbidden);
    expect(await ask(pathOf('pods', 'program'))).toMatchObject(forbidden);
  });

  processStep('see nothing of it while it is cut off, while pods go on being looked after', async () => {
    await faults.cutApi();
    expect(await ask(pathOf('configmaps', 'state'))).toEqual({ error: expect.stringMatching(/ECONNREFUSED|timeout/) });
    await faults.kill('program');
    await cluster.eventually('it has ended', async () => expect((await cluster.get('Pod', 'program')).status.phase).toBe('Failed'));
    await faults.mendApi();
  });
});
