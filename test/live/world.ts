import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { API_ADDRESS, DNS_ADDRESS } from './addresses';
import { Admission } from './control-plane/admission';
import { createCertificates } from './control-plane/api/certificates';
import { ApiServer } from './control-plane/api/server';
import { Tokens } from './control-plane/api/tokens';
import { DisruptionController } from './control-plane/disruption';
import { EndpointsController } from './control-plane/endpoints';
import { EventLog } from './control-plane/events';
import { GarbageCollector } from './control-plane/garbage-collector';
import { JobController } from './control-plane/jobs';
import { StatefulSetController } from './control-plane/statefulset/controller';
import { ObjectStore } from './control-plane/store';
import { Images } from './images/images';
import { Runtime } from './node/containers/runtime';
import { Kubelet } from './node/kubelet';
import { DnsServer } from './node/network/dns-server';
import { Network } from './node/network/network';
import { ServiceProxies } from './node/network/service-proxies';
import { ClaimDisks } from './node/volumes/claim-disks';

export interface WorldOptions {
  /** Unlike that of any other world on the machine; control groups are named after it. */
  readonly name: string;
  /** A folder on a real disk, for volumes, containers and logs. */
  readonly directory: string;
  /** The path of the door for tests: a unix socket, since those do not belong to a network namespace. */
  readonly socket: string;
  /** How many times faster than in Kubernetes probes and restarts follow one another. */
  readonly pace: number;
  readonly configMapRefreshSeconds: number;
}

/**
 * A cluster of one node, in namespaces of its own: of processes, of mounts, of the network. When it ends, however it ends, so does the process that
 * waits for it, the first of them; then the kernel ends every container and takes down every mount and every interface.
 */
async function main(options: WorldOptions): Promise<void> {
  // modes of volumes and files are as they are asked for, whoever started this.
  process.umask(0o022);
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
  await Runtime.cleanUp(options.name);
  rmSync(options.directory, { recursive: true, force: true });
  rmSync(options.socket, { force: true });
  mkdirSync(options.directory, { recursive: true });

  const store = new ObjectStore();
  const events = new EventLog();
  const tokens = new Tokens();
  const [network, certificates] = await Promise.all([Network.create(), createCertificates()]);
  const claims = new ClaimDisks(store, events, join(options.directory, 'claims'));
  const kubelet = new Kubelet({
    world: options.name,
    directory: options.directory,
    store,
    events,
    network,
    runtime: new Runtime(options.name),
    images: new Images(),
    claims,
    tokens,
    pace: options.pace,
    configMapRefreshSeconds: options.configMapRefreshSeconds,
  });
  const actions: Record<string, (body: any) => unknown> = {
    'kill': ({ namespace, pod, container }) => kubelet.kill(namespace, pod, container),
    'cut-link': ({ namespace, pod }) => network.cut(kubelet.networkOf(namespace, pod)),
    'slow-link': ({ namespace, pod, kilobitsPerSecond }) => network.slow(kubelet.networkOf(namespace, pod), kilobitsPerSecond),
    'mend-link': ({ namespace, pod }) => network.mend(kubelet.networkOf(namespace, pod)),
    'cut-api': () => api.closeTls(),
    'mend-api': () => api.listenTls(API_ADDRESS, 443),
    'fill-disk': ({ namespace, claim }) => claims.fill(namespace, claim),
    'free-disk': ({ namespace, claim }) => claims.free(namespace, claim),
    'power-off': () => kubelet.powerOff(),
    'power-on': () => kubelet.powerOn(),
    'events': () => events.all(),
  };
  const api = new ApiServer({
    store,
    admission: new Admission(store, { rootCa: certificates.caPem }),
    events,
    tokens,
    certificates,
    pods: kubelet,
    harness: async (action, body) => actions[action](body),
  });

  await network.addServiceAddress(DNS_ADDRESS);
  await network.addServiceAddress(API_ADDRESS);
  await new DnsServer(store).listen(DNS_ADDRESS, 53);
  await new ServiceProxies(store, network).start();
  for (const controller of [
    new StatefulSetController(store, events), new JobController(store, events), new EndpointsController(store), new DisruptionController(store),
    new GarbageCollector(store), claims, kubelet,
  ]) {
    controller.start();
  }
  await api.listenTls(API_ADDRESS, 443);
  await api.listenOnSocket(options.socket);
  process.stdout.write('ready\n');
}

/** Ends the process without a word to anything that runs in it: a connection that cannot be closed would keep it from `process.exit`. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

// whoever started this world holds the other end: when they are gone, so is the reason for it.
process.stdin.on('end', end).resume();
process.on('uncaughtException', error => {
  console.error(error);
  end();
});
void main(JSON.parse(process.argv[2]));
