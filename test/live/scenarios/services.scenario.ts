import { story } from '../story';
import { podOf, shell } from './pods';
import { KubeObject } from '../control-plane/objects';

const READY = { readinessProbe: { exec: { command: ['test', '-e', '/tmp/ready'] }, periodSeconds: 1 } };

/** A pod that serves its name, and is ready once somebody has put a file into it. */
function server(name: string, ready = true): KubeObject {
  const script = `${ready ? 'touch /tmp/ready; ' : ''}mkdir /www && hostname > /www/index.html && exec httpd -f -p 8080 -h /www`;
  const container = shell(script, { ...READY, ports: [{ name: 'http', containerPort: 8080 }] });
  const pod = podOf(name, container, { hostname: name, subdomain: 'headless' });
  return { ...pod, metadata: { name, labels: { 'app': 'server', 'statefulset.kubernetes.io/pod-name': name } } };
}

function service(name: string, spec: object): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: 'server' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec } };
}

story('services', {}, ({ cluster, faults, step, processStep }) => {
  const addressOf = async (pod: string) => (await cluster.get('Pod', pod)).status.podIP;
  const inClient = async (script: string) => (await cluster.exec('client', ['/bin/sh', '-c', script])).stdout.trim().split('\n');
  const answers = async (host: string) => [...new Set(await inClient(`for i in 1 2 3 4 5 6 7 8 9 10 11 12; do timeout 2 wget -qO- http://${host} 2>/dev/null || echo none; done`))].sort();
  const resolved = async (name: string) => {
    const text = (await inClient(`nslookup ${name} 2>&1 | tail -n +4`)).join('\n');
    return [...text.matchAll(/Address(?: \d+)?: ([\d.]+)/g)].map(([, address]) => address).sort();
  };

  step('pods that are ready have names and serve', async () => {
    await cluster.apply([
      service('headless', { clusterIP: 'None' }), service('everybody', { clusterIP: 'None', publishNotReadyAddresses: true }), service('clients', {}),
      service('second', { selector: { 'statefulset.kubernetes.io/pod-name': 'server-2' } }),
      server('server-1'), server('server-2'), server('server-3', false), podOf('client', shell('sleep 1000')),
    ]);
    await cluster.eventually('two servers answer', async () => expect(await answers('clients')).toEqual(['server-1', 'server-2']));
  });

  step('a headless service resolves to the pods that are ready', async () => {
    const [one, two] = [await addressOf('server-1'), await addressOf('server-2')];
    expect(await resolved(`headless.${cluster.namespace}.svc.cluster.local`)).toEqual([one, two].sort());
    expect(await resolved(`server-1.headless.${cluster.namespace}.svc.cluster.local`)).toEqual([one]);
    expect(await resolved(`server-3.headless.${cluster.namespace}.svc.cluster.local`)).toEqual([]);
  });

  step('one that publishes unready addresses resolves to all', async () => {
    expect(await resolved(`everybody.${cluster.namespace}.svc.cluster.local`)).toHaveLength(3);
  });

  step('a name is found by the search list, as short as the pod may write it', async () => {
    expect(await answers('server-1.headless:8080')).toEqual(['server-1']);
    expect(await answers(`server-1.headless.${cluster.namespace}:8080`)).toEqual(['server-1']);
  });

  step('a service of one pod reaches that pod alone', async () => {
    expect(await answers('second')).toEqual(['server-2']);
  });

  step('an address has its name in reverse', async () => {
    const text = (await inClient(`nslookup ${await addressOf('server-2')}`)).join('\n');
    expect(text).toContain(`name = server-2.headless.${cluster.namespace}.svc.cluster.local`);
  });

  step('a named port is found with the names of the pods behind it', async () => {
    const domain = `headless.${cluster.namespace}.svc.cluster.local`;
    const text = (await inClient(`nslookup -type=srv _http._tcp.${domain}`)).join('\n');
    const records = [...text.matchAll(/service = \d+ \d+ (\d+) (\S+?)\.?$/gm)].map(([, port, name]) => `${name}:${port}`).sort();
    expect(records).toEqual([`server-1.${domain}:8080`, `server-2.${domain}:8080`]);
  });

  step('a pod takes part as soon as it is ready', async () => {
    await cluster.exec('server-3', ['touch', '/tmp/ready']);
    await cluster.eventually('it answers', async () => expect(await answers('clients')).toEqual(['server-1', 'server-2', 'server-3']));
  });

  processStep('a pod whose link is cut is reached by nobody, but its kubelet still finds it ready', async () => {
    await faults.cutLink('server-3');
    expect(await answers('server-3.headless:8080')).toEqual(['none']);
    expect((await cluster.get('Pod', 'server-3')).status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
    await faults.mendLink('server-3');
    expect(await answers('server-3.headless:8080')).toEqual(['server-3']);
  });

  processStep('a slow link is slow', async () => {
    await cluster.exec('server-1', ['dd', 'if=/dev/zero', 'of=/www/big', 'bs=1024', 'count=64']);
    const seconds = async () => {
      const start = performance.now();
      expect((await cluster.exec('client', ['wget', '-q', '-O', '/dev/null', 'http://server-1.headless:8080/big'])).exitCode).toBe(0);
      return (performance.now() - start) / 1000;
    };
    const fast = await seconds();
    await faults.slowLink('server-1', 256);
    expect(await seconds()).toBeGreaterThan(fast + 1);
    await faults.mendLink('server-1');
    expect(await seconds()).toBeLessThan(fast + 1);
  });

  step('without a pod that is ready, nothing answers', async () => {
    await Promise.all(['server-1', 'server-2', 'server-3'].map(pod => cluster.deletePod(pod)));
    await cluster.eventually('nobody answers', async () => expect(await answers('clients')).toEqual(['none']));
  });
});
