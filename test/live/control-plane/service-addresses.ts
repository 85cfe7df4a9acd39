import { BlockList, isIPv4 } from 'node:net';
import { invalid, invalidObject } from './invalid';
import { API_ADDRESS, DNS_ADDRESS, SERVICE_RANGE } from '../addresses';
import { KubeObject } from './objects';

const [NETWORK, BITS] = SERVICE_RANGE.split('/');
const range = new BlockList();
range.addSubnet(NETWORK, Number(BITS));

/** The API server's and the DNS server's. */
const RESERVED = [API_ADDRESS, DNS_ADDRESS];
/** The first of those that are given away; below are only those that a manifest names. */
const FIRST_DYNAMIC = 256;

/**
 * A service with its address in the cluster: the one it asks for, or the next that is free.
 *
 * @throws ApiError 422 if it asks for one that is taken or out of range
 * @see https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/
 */
export function withClusterIp(service: KubeObject, others: readonly KubeObject[]): KubeObject {
  const { type, clusterIP: asked, ...spec } = service.spec;
  if (type === 'ExternalName') {
    const { clusterIPs, ...rest } = spec;
    return { ...service, spec: { ...rest, type } };
  }
  const taken = new Set([...RESERVED, ...others.map(other => other.spec.clusterIP)]);
  if (asked && asked !== 'None') {
    const problem = problemOf(asked, taken);
    if (problem !== undefined) {
      throw invalidObject(service, [invalid('spec.clusterIPs', [asked], `failed to allocate IP ${asked}: ${problem}`)]);
    }
  }
  const clusterIP = asked || firstFree(taken);
  return { ...service, spec: { ...spec, type, clusterIP, clusterIPs: [clusterIP] } };
}

function problemOf(ip: string, taken: ReadonlySet<string>): string | undefined {
  if (!isIPv4(ip) || !range.check(ip)) {
    return `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${SERVICE_RANGE}`;
  }
  return taken.has(ip) ? 'provided IP is already allocated' : undefined;
}

function firstFree(taken: ReadonlySet<string>): string {
  let offset = FIRST_DYNAMIC;
  while (taken.has(addressAt(offset))) {
    offset++;
  }
  return addressAt(offset);
}

function addressAt(offset: number): string {
  return NETWORK.replace(/\.0\.0$/, `.${Math.floor(offset / 256)}.${offset % 256}`);
}
