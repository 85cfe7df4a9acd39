import { story } from '../story';
import { containerOf, ended, linesOf, podOf, shell } from './pods';

/** What `PodSecurity.restricted()` gives a pod and each of its containers. */
const RESTRICTED_POD = { securityContext: { runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, runAsNonRoot: true } };
const RESTRICTED = { securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } } };

story('containers', {}, ({ cluster, step }) => {
  step('run as the user and the groups that their pod names', async () => {
    const [identity] = await linesOf(cluster, podOf('user', shell('id', RESTRICTED), RESTRICTED_POD));
    expect(identity).toMatch(/^uid=65532(\(\w+\))? gid=65532(\(\w+\))? groups=65532(\(\w+\))?$/);
  });

  step('cannot write to a read-only root', async () => {
    const script = 'echo x > /x || true; echo y > /data/y && cat /data/y';
    const volume = { volumes: [{ name: 'data', emptyDir: {} }] };
    const container = shell(script, { ...RESTRICTED, volumeMounts: [{ name: 'data', mountPath: '/data' }] });
    expect(await linesOf(cluster, podOf('read-only', container, { ...RESTRICTED_POD, ...volume }))).toEqual([
      expect.stringMatching(/can't create \/x: Read-only file system/),
      'y',
    ]);
  });

  step('write to a root of their own where it is not read-only', async () => {
    const lines = await linesOf(cluster, podOf('writable', shell('echo mine > /x && cat /x')));
    expect(lines).toEqual(['mine']);
    expect(await linesOf(cluster, podOf('another', shell('cat /x || true')))).toEqual([expect.stringMatching(/No such file/)]);
  });

  step('lose every capability that is dropped, and cannot gain privileges', async () => {
    const container = shell('grep -E "^(CapBnd|CapEff|NoNewPrivs):" /proc/self/status', RESTRICTED);
    expect((await linesOf(cluster, podOf('capabilities', container, RESTRICTED_POD))).map(line => line.replace(/\s+/, ' '))).toEqual([
      'CapEff: 0000000000000000',
      'CapBnd: 0000000000000000',
      'NoNewPrivs: 1',
    ]);
  });

  step('of root cannot change owners once they have lost that capability', async () => {
    const [owner] = await linesOf(cluster, podOf('chown', shell('touch /x && chown 7 /x && stat -c %u /x')));
    expect(owner).toBe('7');
    const dropped = shell('touch /x && chown 7 /x', { securityContext: { capabilities: { drop: ['ALL'] } } });
    expect(await linesOf(cluster, podOf('chown-dropped', dropped))).toEqual([expect.stringMatching(/Operation not permitted/)]);
  });

  step('are killed when they take more memory than their limit', async () => {
    await cluster.apply([podOf('greedy', shell('tail /dev/zero', { resources: { limits: { memory: '32Mi' } } }))]);
    const { state } = containerOf(await ended(cluster, 'greedy'));
    expect(state.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
  });

  step('see themselves alone: their processes, their address, the name of their pod', async () => {
    const env = [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }];
    const script = [
      'hostname',
      'head -c 7 /proc/1/cmdline; echo',
      '[ $(ls -d /proc/[0-9]* | wc -l) -le 4 ] && echo few',
      'ip -4 -o addr show eth0 | grep -q "inet $POD_IP/" && echo address',
      'grep -q "^$POD_IP\talone$" /etc/hosts && echo hosts',
    ].join('\n');
    expect(await linesOf(cluster, podOf('alone', shell(script, { env })))).toEqual(['alone', '/bin/sh', 'few', 'address', 'hosts']);
  });

  step('without the program that they are to run never start, and say why', async () => {
    const container = { name: 'main', image: 'gcr.io/etcd-development/etcd:v3.6.14', command: ['/bin/sh', '-c', 'etcd'] };
    await cluster.apply([podOf('no-shell', container)]);
    const { state } = containerOf(await ended(cluster, 'no-shell'));
    expect(state.terminated).toMatchObject({ reason: 'StartError', exitCode: 128, message: expect.stringMatching(/\/bin\/sh.*no such file/) });
  });

  step('that must not be root and have no other user are not made', async () => {
    await cluster.apply([podOf('root', shell('true'), { securityContext: { runAsNonRoot: true } })]);
    await cluster.eventually('the kubelet has refused', async () => {
      const { state } = containerOf(await cluster.get('Pod', 'root'));
      expect(state.waiting).toMatchObject({ reason: 'CreateContainerConfigError', message: expect.stringMatching(/image will run as root/) });
    });
  });
});
