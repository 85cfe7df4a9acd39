import { isIPv4 } from 'node:net';
import { Answer, Question, RecordType } from 'dns-packet';
import { CLUSTER_DOMAIN } from '../../addresses';
import { endpointsOf } from '../../control-plane/endpoints';
import { KUBERNETES_SERVICE } from '../../control-plane/kubernetes-service';
import { KubeObject } from '../../control-plane/objects';

/** What the records are made of. */
export interface DnsSource {
  readonly services: KubeObject[];
  readonly pods: KubeObject[];
}

/** What is said to a question. A name that is there, but has nothing of the type asked for, is `NOERROR` without answers ("NODATA"). */
export interface DnsAnswer {
  readonly code: 'NOERROR' | 'NXDOMAIN';
  readonly answers: Answer[];
  readonly authorities?: Answer[];
  readonly additionals?: Answer[];
}

/** One address behind a name, and the name that is its own. */
interface Target {
  readonly host: string;
  readonly ip: string;
  readonly ports: readonly { readonly name?: string; readonly protocol: string; readonly port: number }[];
}

/** Seconds for which an answer may be kept: the default of CoreDNS. @see https://coredns.io/plugins/kubernetes/ */
const TTL = 5;

/** ExternalName services may name each other in a circle: so many are followed, as in CoreDNS. */
const LONGEST_CHAIN = 8;

/** Goes with every "no", and says for how long to believe it. @see https://www.rfc-editor.org/rfc/rfc2308#section-3 */
const START_OF_AUTHORITY: Answer = {
  name: CLUSTER_DOMAIN,
  type: 'SOA',
  ttl: TTL,
  data: { mname: `ns.dns.${CLUSTER_DOMAIN}`, rname: `hostmaster.${CLUSTER_DOMAIN}`, serial: 1, refresh: 7200, retry: 1800, expire: 86400, minimum: TTL },
};

/**
 * What the DNS of a cluster says of its services and their endpoints. There is no upstream, so nothing else exists.
 *
 * Where the specification leaves something open, or asks for less, this does as CoreDNS does.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md
 * @see https://github.com/coredns/coredns/blob/master/plugin/kubernetes/kubernetes.go
 */
export function answerTo(question: Question, { services, pods }: DnsSource): DnsAnswer {
  return answer(question, { services: services.some(isNamed('default', 'kubernetes')) ? services : [...services, KUBERNETES_SERVICE], pods });
}

function answer({ name, type }: Question, source: DnsSource, chain = 1): DnsAnswer {
  const labels = name.toLowerCase().split('.');
  const [before, zone] = [labels.slice(0, -2).reverse(), labels.slice(-2).join('.')];
  if (zone === 'in-addr.arpa') {
    const hosts = hostsOf(before.join('.'), source);
    return { code: hosts.length > 0 ? 'NOERROR' : 'NXDOMAIN', answers: type === 'PTR' ? hosts.map(data => ({ name, type, ttl: TTL, data })) : [] };
  }
  if (zone !== CLUSTER_DOMAIN) {
    return { code: 'NXDOMAIN', answers: [] };
  }
  const alias = aliasOf(before, source);
  if (alias !== undefined && ['A', 'AAAA', 'CNAME'].includes(type)) {
    const more = type === 'CNAME' || chain === LONGEST_CHAIN ? [] : answer({ name: alias, type }, source, chain + 1).answers;
    return { code: 'NOERROR', answers: [{ name, type: 'CNAME', ttl: TTL, data: alias }, ...more] };
  }
  const targets = alias === undefined ? targetsOf(before, source) : [];
  const answers = recordsOf(name, type, targets ?? []);
  return {
    code: targets ? 'NOERROR' : 'NXDOMAIN',
    answers,
    authorities: answers.length > 0 ? [] : [START_OF_AUTHORITY],
    additionals: type === 'SRV' ? addresses((targets ?? []).filter(({ ports }) => ports.length > 0), ({ host }) => host) : [],
  };
}

/**
 * The names of an address: that of the Service whose cluster IP it is, or else one for *each* Service, headless or not, that has it as an endpoint.
 *
 * The specification asks for those of headless Services only; CoreDNS gives all, in no order that a program could rely on.
 * @see https://github.com/coredns/coredns/blob/master/plugin/kubernetes/reverse.go
 */
function hostsOf(ip: string, { services, pods }: DnsSource): string[] {
  const service = services.find(({ spec }) => spec.clusterIP === ip);
  return service
    ? [domainOf(service)]
    : services.flatMap(each => endpointTargets(each, pods)).filter(target => target.ip === ip).map(({ host }) => host);
}

/** Where an ExternalName service leads to; undefined for every other name. Nothing is below its name. */
function aliasOf([kind, namespace, name, ...rest]: string[], { services }: DnsSource): string | undefined {
  const service = kind === 'svc' && rest.length === 0 ? services.find(isNamed(namespace, name)) : undefined;
  return service?.spec.type === 'ExternalName' ? service.spec.externalName.toLowerCase().replace(/\.$/, '') : undefined;
}

/** What is behind a name, whose labels before the zone begin with the last one. Undefined if there is no such name. */
function targetsOf([kind, namespace, name, ...rest]: string[], { services, pods }: DnsSource): Target[] | undefined {
  if (![undefined, 'svc', 'pod'].includes(kind)) {
    return undefined;
  }
  if (name === undefined) {
    return [];
  }
  const service = services.find(isNamed(namespace, name));
  const targets = kind === 'pod' ? podTargets(name, rest) : service && service.spec.type !== 'ExternalName' && serviceTargets(service, rest, pods);
  return targets && targets.length > 0 ? targets : undefined;
}

/**
 * `10-244-1-7.<namespace>.pod` is that address, whether a pod has it or not: `pods insecure`, as kubeadm and kind configure it.
 *
 * @see https://github.com/kubernetes/dns/blob/master/docs/specification.md#26---deprecated-records
 */
function podTargets(name: string, rest: string[]): Target[] {
  const ip = name.replaceAll('-', '.');
  return rest.length === 0 && isIPv4(ip) ? [{ host: '', ip, ports: [] }] : [];
}

/**
 * `<service>`, `<endpoint>.<service>` or `_<port>._<protocol>.<service>`, without what is below `svc`.
 *
 * The service alone has the SRV records of all its ports, named or not: more than the specification asks for, and what peer finders look up.
 */
function serviceTargets(service: KubeObject, [first, second, ...rest]: string[], pods: KubeObject[]): Target[] {
  if (rest.length > 0) {
    return [];
  }
  const endpoints = endpointTargets(service, pods);
  if (first !== undefined && second === undefined) {
    return endpoints.filter(({ host }) => host.split('.')[0] === first);
  }
  const { clusterIP: ip, ports } = service.spec;
  const targets: Target[] = ip === 'None' ? endpoints : [{ host: domainOf(service), ip, ports }];
  return first === undefined ? targets : targets.flatMap(target => {
    const asked = target.ports.filter(({ name, protocol }) => name && `_${name}` === second && `_${protocol.toLowerCase()}` === first);
    return asked.length > 0 ? [{ ...target, ports: asked }] : [];
  });
}

/** An endpoint is named by its pod's host name, if the pod is of this service's domain, and by its address otherwise. */
function endpointTargets(service: KubeObject, pods: KubeObject[]): Target[] {
  return endpointsOf(service, pods).addresses.map(({ ip, hostname, ports }) => ({
    host: `${hostname ?? ip.replaceAll('.', '-')}.${domainOf(service)}`,
    ip,
    ports: ports.map(port => ({ ...port, port: port.targetPort })),
  }));
}

function recordsOf(name: string, type: RecordType, targets: Target[]): Answer[] {
  if (type === 'A') {
    return addresses(targets, () => name);
  }
  if (type !== 'SRV') {
    return [];
  }
  const ends = unique(targets.flatMap(({ host: target, ports }) => ports.map(({ port }) => ({ target, port }))));
  const weight = Math.max(1, Math.floor(100 / ends.length));
  return ends.map(end => ({ name, type, ttl: TTL, data: { priority: 0, weight, ...end } }));
}

function addresses(targets: Target[], nameOf: (target: Target) => string): Answer[] {
  return unique(targets.map(target => ({ name: nameOf(target), type: 'A', ttl: TTL, data: target.ip })));
}

function unique<T>(values: T[]): T[] {
  return [...new Map(values.map(value => [JSON.stringify(value), value])).values()];
}

function domainOf({ metadata: { name, namespace } }: KubeObject): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

function isNamed(namespace: string, name: string): (object: KubeObject) => boolean {
  return ({ metadata }) => metadata.namespace === namespace && metadata.name === name;
}
