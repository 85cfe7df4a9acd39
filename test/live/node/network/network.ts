import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { NODE_ADDRESS, POD_RANGE, PROXY_ADDRESS, SERVICE_RANGE } from '../../addresses';
import { execute } from '../../execute';

/** What a pod's containers share: one network namespace with one address. */
export interface PodNetwork {
  readonly ip: string;
  /** e.g. `/run/netns/pod7` */
  readonly netns: string;
}

/** The routing table that leads everything into a bridge without ports, where it is lost and nobody is told. */
const HOLE = '100';

/**
 * The network of the one node, in the network namespace of this process.
 *
 * Pods are routed, each by a veth of its own with a /32, as Calico and kind's kindnet do it: every packet between two pods passes the node's routing
 * rules, and a link is cut or mended by these alone, without ARP or a bridge's memory of addresses to give it away.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model
 */
export class Network {
  /** Makes namespace and routing ready for pods. Wants a /run of its own, where namespaces get their names. */
  static async create(): Promise<Network> {
    await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
    await ip([
      'link set lo up',
      `address add ${NODE_ADDRESS}/32 dev lo`,
      `address add ${PROXY_ADDRESS}/32 dev lo`,
      'link add hole type bridge',
      'link set hole arp off addrgenmode none',
      'link set hole up',
      `route add default dev hole table ${HOLE}`,
      // an address that no pod has any more is answered by "no route to host"
      `route add unreachable ${POD_RANGE}`,
      // what is before 100 decides even about the node's own addresses
      'rule add priority 100 lookup local',
      'rule del priority 0',
    ]);
    return new Network();
  }

  private pods = 0;
  private readonly cutPods = new Set<string>();
  private readonly slowPods = new Set<string>();

  private constructor() {}

  /** A new network namespace, with an address that no pod had before. */
  async attach(): Promise<PodNetwork> {
    const number = this.pods++;
    const device = `pod${number}`;
    const pod = { ip: `10.244.${1 + Math.floor(number / 254)}.${1 + number % 254}`, netns: `/run/netns/${device}` };
    // without link-local addresses of IPv6, there is nothing to wait for until it is known to be no duplicate
    await ip([
      `netns add ${device}`,
      `link add ${device} type veth peer name eth0 netns ${device}`,
      `link set ${device} addrgenmode none`,
      `link set ${device} up`,
      `route add ${pod.ip} dev ${device} src ${NODE_ADDRESS}`,
    ]);
    await ip([
      'link set lo up',
      `address add ${pod.ip}/32 dev eth0`,
      'link set eth0 addrgenmode none',
      'link set eth0 up',
      `route add ${NODE_ADDRESS} dev eth0`,
      `route add default via ${NODE_ADDRESS}`,
    ], device);
    return pod;
  }

  async detach(pod: PodNetwork): Promise<void> {
    await this.mend(pod);
    await ip([`link del ${deviceOf(pod)}`, `netns del ${deviceOf(pod)}`]);
  }

  /** Loses every packet between the pod and everything but its kubelet, in both directions. */
  async cut(pod: PodNetwork): Promise<void> {
    if (!this.cutPods.has(pod.ip)) {
      this.cutPods.add(pod.ip);
      await ip(cutRules(pod).map(rule => `rule add ${rule}`));
    }
  }

  /** Lets this many kilobits a second through, each way. Up to 64 KiB wait, and what is more is lost. */
  async slow(pod: PodNetwork, kilobitsPerSecond: number): Promise<void> {
    this.slowPods.add(pod.ip);
    // a burst has to hold one frame, and what passes in 10 ms
    const burst = Math.max(3000, Math.ceil(kilobitsPerSecond * 1000 / 8 / 100));
    const shape = ['tbf', 'rate', `${kilobitsPerSecond}kbit`, 'burst', `${burst}`, 'limit', `${Math.max(65536, burst)}`];
    await execute('tc', ['qdisc', 'replace', 'dev', deviceOf(pod), 'root', ...shape]);
    await execute('tc', ['-n', deviceOf(pod), 'qdisc', 'replace', 'dev', 'eth0', 'root', ...shape]);
  }

  /** Takes back `cut` and `slow`. */
  async mend(pod: PodNetwork): Promise<void> {
    if (this.cutPods.delete(pod.ip)) {
      await ip(cutRules(pod).map(rule => `rule del ${rule}`));
    }
    if (this.slowPods.delete(pod.ip)) {
      await execute('tc', ['qdisc', 'del', 'dev', deviceOf(pod), 'root']);
      await execute('tc', ['-n', deviceOf(pod), 'qdisc', 'del', 'dev', 'eth0', 'root']);
    }
  }

  /** Makes an address the node's own, so that it can be listened on. */
  async addServiceAddress(address: string): Promise<void> {
    await ip([`address add ${address}/32 dev lo`]);
  }

  async removeServiceAddress(address: string): Promise<void> {
    await ip([`address del ${address}/32 dev lo`]);
  }
}

/** The first rule that a packet meets decides: so the kubelet's go before those that lose all others. */
function cutRules(pod: PodNetwork): string[] {
  const device = deviceOf(pod);
  return [
    `priority 10 iif ${device} to ${NODE_ADDRESS} lookup local`,
    `priority 11 iif ${device} lookup ${HOLE}`,
    `priority 12 from ${PROXY_ADDRESS} to ${pod.ip} lookup ${HOLE}`,
    `priority 12 from ${SERVICE_RANGE} to ${pod.ip} lookup ${HOLE}`,
    `priority 13 iif lo to ${pod.ip} lookup main`,
    `priority 14 to ${pod.ip} lookup ${HOLE}`,
  ];
}

/** The node's end of a pod's veth has the name of the pod's network namespace. */
function deviceOf(pod: PodNetwork): string {
  return basename(pod.netns);
}

/** One process for any number of commands, in the order given: a pod waits for it. */
async function ip(commands: string[], netns?: string): Promise<void> {
  const input = commands.join('\n');
  const done = execute('ip', [...netns === undefined ? [] : ['-n', netns], '-batch', '-']);
  // a program that ends before it has read everything says why by its exit.
  done.child.stdin!.on('error', () => undefined).end(input);
  await done.catch(({ message }) => { throw new Error(`${message.trim()}\n${input}`); });
}
