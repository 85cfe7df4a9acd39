import { canonicalQuantity } from './quantity';
import { InputProblem } from '../read/problem';
import { emptyTree, Tree } from '../read/yaml-document';

/** Sets the fields that are not there. */
export function fill(target: Tree, defaults: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(defaults)) {
    target[field] ??= value;
  }
}

/** The maps of a list; whatever else stands in it is left alone. */
export function mapsOf(list: unknown): Tree[] {
  return Array.isArray(list) ? list.filter(isTree) : [];
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map in a field, which is made where there is none. */
export function mapIn(target: Tree, field: string): Tree {
  target[field] ??= emptyTree();
  if (!isTree(target[field])) {
    throw new InputProblem(field, 'must be an object');
  }
  return target[field];
}

/**
 * Writes the API server's defaults into the template of a pod.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/v1/defaults.go
 */
export function templateDefaults(template: Tree): void {
  const spec = mapIn(template, 'spec');
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
  });
  // each is the other's name: the older one is still written by the server.
  const account = spec.serviceAccountName ?? spec.serviceAccount;
  fill(spec, account === undefined || account === '' ? {} : { serviceAccountName: account, serviceAccount: account });
  for (const container of [...mapsOf(spec.initContainers), ...mapsOf(spec.containers)]) {
    containerDefaults(container, spec.hostNetwork === true);
  }
  mapsOf(spec.volumes).forEach(volumeDefaults);
}

export function claimDefaults(claim: Tree): void {
  const spec = mapIn(claim, 'spec');
  fill(spec, { volumeMode: 'Filesystem' });
  resourceDefaults(mapIn(spec, 'resources'));
  // the server writes the one into the other.
  if (isTree(spec.dataSource) && spec.dataSourceRef === undefined) {
    spec.dataSourceRef = spec.dataSource;
  }
}

function containerDefaults(container: Tree, hostNetwork: boolean): void {
  fill(container, {
    imagePullPolicy: isLatest(container.image) ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  for (const port of mapsOf(container.ports)) {
    fill(port, { protocol: 'TCP', ...hostNetwork && { hostPort: port.containerPort } });
  }
  for (const { valueFrom } of mapsOf(container.env)) {
    fieldDefaults(valueFrom);
  }
  if (isTree(container.resources)) {
    resourceDefaults(container.resources);
  }
  const { startupProbe, readinessProbe, livenessProbe, lifecycle } = container;
  [startupProbe, readinessProbe, livenessProbe].filter(isTree).forEach(probeDefaults);
  [lifecycle?.postStart, lifecycle?.preStop].filter(isTree).forEach(httpGetDefaults);
}

/** Quantities as the server writes them; requests follow from limits in pods, not in templates. */
function resourceDefaults(resources: Tree): void {
  for (const amounts of [resources.limits, resources.requests].filter(isTree)) {
    for (const [name, amount] of Object.entries(amounts)) {
      amounts[name] = canonicalQuantity(amount);
    }
  }
}

/** Of an image without a tag the newest is meant, unless a digest says which. A registry may have a port: only what follows the last slash is a tag. */
function isLatest(image: unknown): boolean {
  const [reference, digest] = String(image).split('@');
  const tag = /:([^/]*)$/.exec(reference)?.[1];
  return tag === undefined ? digest === undefined : tag === 'latest';
}

function probeDefaults(probe: Tree): void {
  // a zero counts as left out.
  for (const [field, value] of Object.entries({ timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })) {
    probe[field] ||= value;
  }
  httpGetDefaults(probe);
  if (isTree(probe.grpc)) {
    fill(probe.grpc, { service: '' });
  }
}

function httpGetDefaults({ httpGet }: Tree): void {
  if (isTree(httpGet)) {
    httpGet.path ||= '/';
    httpGet.scheme ||= 'HTTP';
  }
}

function fieldDefaults(source: unknown): void {
  if (!isTree(source)) {
    return;
  }
  if (isTree(source.fieldRef)) {
    fill(source.fieldRef, { apiVersion: 'v1' });
  }
  if (isTree(source.resourceFieldRef)) {
    // a quantity is written also where there is none.
    source.resourceFieldRef.divisor = canonicalQuantity(source.resourceFieldRef.divisor ?? '0');
  }
}

const MODES = { configMap: 0o644, secret: 0o644, projected: 0o644, downwardAPI: 0o644 };

function volumeDefaults(volume: Tree): void {
  if (Object.keys(volume).length === 1) {
    volume.emptyDir = emptyTree();
  }
  for (const [field, defaultMode] of Object.entries(MODES)) {
    if (isTree(volume[field])) {
      fill(volume[field], { defaultMode });
    }
  }
  const { downwardAPI, projected, ephemeral, emptyDir, hostPath } = volume;
  mapsOf(downwardAPI?.items).forEach(fieldDefaults);
  for (const source of mapsOf(projected?.sources)) {
    mapsOf(source.downwardAPI?.items).forEach(fieldDefaults);
    if (isTree(source.serviceAccountToken)) {
      fill(source.serviceAccountToken, { expirationSeconds: 3600 });
    }
  }
  if (isTree(emptyDir) && emptyDir.sizeLimit !== undefined) {
    emptyDir.sizeLimit = canonicalQuantity(emptyDir.sizeLimit);
  }
  if (isTree(hostPath)) {
    fill(hostPath, { type: '' });
  }
  if (isTree(ephemeral?.volumeClaimTemplate)) {
    claimDefaults(ephemeral.volumeClaimTemplate);
  }
}
