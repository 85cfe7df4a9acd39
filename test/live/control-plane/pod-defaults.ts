/** Sets the fields that are not there. */
export function fill(target: any, defaults: Record<string, unknown>): void {
  for (const [field, value] of Object.entries(defaults)) {
    target[field] ??= value;
  }
}

/**
 * Writes Kubernetes' defaults into the spec of a pod or of a pod template.
 *
 * Kubernetes gives `enableServiceLinks`, `serviceAccountName` and the requests that follow from limits to pods only. Here templates have them too, so that
 * a pod made of one needs no more.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/apis/core/v1/defaults.go
 */
export function podDefaults(spec: any): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: spec.serviceAccount ?? 'default',
    enableServiceLinks: true,
    securityContext: {},
  });
  for (const container of [...spec.initContainers ?? [], ...spec.containers ?? []]) {
    containerDefaults(container);
  }
  spec.volumes?.forEach(volumeDefaults);
}

export function claimDefaults(claim: any): void {
  fill(claim.spec, { volumeMode: 'Filesystem' });
}

function containerDefaults(container: any): void {
  fill(container, {
    imagePullPolicy: isLatest(container.image) ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  container.ports?.forEach((port: any) => fill(port, { protocol: 'TCP' }));
  container.env?.forEach(({ valueFrom }: any) => fieldDefaults(valueFrom));
  if (container.resources?.limits) {
    container.resources.requests = { ...container.resources.limits, ...container.resources.requests };
  }

  const { startupProbe, readinessProbe, livenessProbe, lifecycle } = container;
  [startupProbe, readinessProbe, livenessProbe].filter(Boolean).forEach(probeDefaults);
  [lifecycle?.postStart, lifecycle?.preStop].filter(Boolean).forEach(httpGetDefaults);
}

/** Of an image without a tag the newest is meant, unless a digest says which. A registry may have a port: only what follows the last slash is a tag. */
function isLatest(image: string): boolean {
  const [reference, digest] = image.split('@');
  const tag = /:([^/]*)$/.exec(reference)?.[1];
  return tag === undefined ? digest === undefined : tag === 'latest';
}

function probeDefaults(probe: any): void {
  // a zero counts as left out.
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  httpGetDefaults(probe);
}

function httpGetDefaults({ httpGet }: any): void {
  if (httpGet) {
    httpGet.path ||= '/';
    httpGet.scheme ||= 'HTTP';
  }
}

function fieldDefaults(source: any): void {
  if (source?.fieldRef) {
    fill(source.fieldRef, { apiVersion: 'v1' });
  }
}

function volumeDefaults(volume: any): void {
  const { configMap, secret, projected, downwardAPI, ephemeral } = volume;
  if (Object.keys(volume).length === 1) {
    volume.emptyDir = {};
  }
  for (const source of [configMap, secret, projected, downwardAPI].filter(Boolean)) {
    fill(source, { defaultMode: 0o644 });
  }
  downwardAPI?.items?.forEach(fieldDefaults);
  for (const source of projected?.sources ?? []) {
    source.downwardAPI?.items?.forEach(fieldDefaults);
    if (source.serviceAccountToken) {
      fill(source.serviceAccountToken, { expirationSeconds: 3600 });
    }
  }
  if (ephemeral?.volumeClaimTemplate) {
    claimDefaults(ephemeral.volumeClaimTemplate);
  }
}
