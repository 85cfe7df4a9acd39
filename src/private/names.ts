import { isIP } from 'node:net';
import { shown, textProblem } from './refuse';

/**
 * The longest name of a StatefulSet whose pods can start: they carry the label `controller-revision-hash`,
 * which is the name, a hyphen and up to 10 characters, and a label's value has 63 at most.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/64023
 */
export const STATEFUL_SET_NAME_MAX = 52;

const LABEL_MAX = 63;
const SUBDOMAIN_MAX = 253;
const PORT_NAME_MAX = 15;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SERVICE_NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
// a name is refused that could be a path: '.', '..' and what starts with two dots.
const ENVIRONMENT_VARIABLE = /^(?!\.$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*$/;

// each rule says what keeps a value from being such a name, or nothing.

export function dnsLabelProblem(value: unknown, max = LABEL_MAX): string | undefined {
  return problem(value, DNS_LABEL, max, 'a DNS label: lower-case letters, digits and hyphens, with a letter or digit at both ends');
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names */
export function serviceNameProblem(value: unknown): string | undefined {
  return problem(value, SERVICE_NAME, LABEL_MAX, 'a service name: lower-case letters, digits and hyphens, starting with a letter');
}

export function subdomainProblem(value: unknown): string | undefined {
  return problem(value, DNS_SUBDOMAIN, SUBDOMAIN_MAX, 'a DNS name: labels of lower-case letters, digits and hyphens, joined by dots');
}

export function labelValueProblem(value: unknown): string | undefined {
  if (value === '') {
    return undefined;
  }
  return problem(value, QUALIFIED_NAME, LABEL_MAX, 'a label value: letters, digits, hyphens, underscores and dots');
}

/** The key of a label or of an annotation: a name, and before it perhaps a DNS name and a slash. */
export function qualifiedNameProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') {
    return `must be a label key, got ${shown(value)}`;
  }
  const slash = value.indexOf('/');
  return (slash >= 0 ? subdomainProblem(value.slice(0, slash)) : undefined)
    ?? problem(value.slice(slash + 1), QUALIFIED_NAME, LABEL_MAX, 'a label key: letters, digits, hyphens, underscores and dots after an optional prefix/');
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports */
export function portNameProblem(value: unknown): string | undefined {
  const found = problem(value, DNS_LABEL, PORT_NAME_MAX, 'a port name: lower-case letters, digits and single hyphens');
  if (found !== undefined) {
    return found;
  }
  return /--/.test(value as string) || !/[a-z]/.test(value as string)
    ? `must have a letter and no double hyphen, got ${shown(value)}`
    : undefined;
}

export function environmentVariableProblem(value: unknown): string | undefined {
  return problem(value, ENVIRONMENT_VARIABLE, Infinity, 'the name of an environment variable: letters, digits, underscores, hyphens and dots');
}

/** An image that can be pulled; its exact form is left to the container runtime. */
export function imageProblem(value: unknown): string | undefined {
  return textProblem(value) ?? (/\s/.test(value as string) ? `must have no space or line break, got ${shown(value)}` : undefined);
}

export function ipAddressProblem(value: unknown): string | undefined {
  return typeof value === 'string' && isIP(value) !== 0 ? undefined : `must be an IP address, got ${shown(value)}`;
}

/** A domain in which short names are looked up; newer versions of Kubernetes take underscores and a lone dot, too. */
export function searchDomainProblem(value: unknown): string | undefined {
  const isLenient = typeof value === 'string' && (value === '.' || subdomainProblem(value.replace(/\.$/, '').replaceAll('_', 'x')) === undefined);
  return isLenient ? undefined : subdomainProblem(value);
}

/** @see https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/ */
export function sysctlProblem(value: unknown): string | undefined {
  return problem(value, SYSCTL, SUBDOMAIN_MAX, 'the name of a kernel parameter, e.g. net.core.somaxconn');
}

/** A path that stays within a folder that is given elsewhere. */
export function pathWithinProblem(value: unknown, folder: string): string | undefined {
  return typeof value !== 'string' || value.startsWith('/') || value.split('/').includes('..')
    ? `must be a path within ${folder}, got ${shown(value)}`
    : undefined;
}

function problem(value: unknown, pattern: RegExp, max: number, what: string): string | undefined {
  if (typeof value !== 'string' || !pattern.test(value)) {
    return `must be ${what}; got ${shown(value)}`;
  }
  return value.length > max ? `must have at most ${max} characters, got ${value.length}: ${shown(value)}` : undefined;
}

/** The domain of a cluster whose kubelet was not told another. */
export const DEFAULT_CLUSTER_DOMAIN = 'cluster.local';

/**
 * The DNS name of a service.
 *
 * Without a namespace the short name is all that is known: it resolves for every pod of the same namespace.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function serviceAddress(service: string, namespace?: string, clusterDomain = DEFAULT_CLUSTER_DOMAIN): string {
  return namespace === undefined ? service : `${service}.${namespace}.svc.${clusterDomain}`;
}

/** The DNS name that a pod has under its governing service. */
export function podAddress(pod: string, service: string, namespace?: string, clusterDomain?: string): string {
  return `${pod}.${serviceAddress(service, namespace, clusterDomain)}`;
}
