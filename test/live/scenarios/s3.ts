import { secret } from './pods';
import { Cluster } from '../cluster';
import { KubeObject } from '../control-plane/objects';
import { RCLONE_RELEASE } from '../images/rclone';

export const RCLONE = `rclone/rclone:${RCLONE_RELEASE}`;

/** The bucket that a server has unless it is told of another. */
export const BUCKET = 'backups';

/** What `PodSecurity.restricted()` gives a pod and each of its containers. */
export const RESTRICTED_POD = { securityContext: { runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, runAsNonRoot: true } };
export const RESTRICTED = { securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } } };

const PORT = 9000;

/** What a server serves: a folder in it is a bucket, and a file in that is an object. */
const ROOT = '/s3';

export interface S3ServerOptions {
  /** Of its StatefulSet, its Service and its Secret. @default s3 */
  readonly name?: string;
  /** @default - BUCKET */
  readonly bucket?: string;
}

/**
 * An S3 server with an empty bucket: `rclone serve s3`, which keeps each object as a file of its claim. So objects outlive its pod, `<name>-0`.
 *
 * It is a StatefulSet, hence `cluster.ready(name)`. Its keys are those of `s3Secret(name)`.
 */
export function s3Server({ name = 's3', bucket = BUCKET }: S3ServerOptions = {}): KubeObject[] {
  const labels = { app: name };
  const container = {
    ...RESTRICTED,
    name: 'rclone',
    image: RCLONE,
    // an empty name of the configuration's file is none, which spares a warning. Keys of fewer than three characters are refused.
    args: ['serve', 's3', ROOT, `--addr=:${PORT}`, '--auth-key=$(AWS_ACCESS_KEY_ID),$(AWS_SECRET_ACCESS_KEY)', '--config='],
    envFrom: [{ secretRef: { name } }],
    ports: [{ name: 's3', containerPort: PORT }],
    readinessProbe: { tcpSocket: { port: 's3' }, periodSeconds: 1 },
    // a folder of the volume, since the volume itself has a lost+found.
    volumeMounts: [{ name: 'data', mountPath: `${ROOT}/${bucket}`, subPath: bucket }],
  };
  const pod = { ...RESTRICTED_POD, terminationGracePeriodSeconds: 1, automountServiceAccountToken: false, enableServiceLinks: false };
  const template = { metadata: { labels }, spec: { ...pod, containers: [container] } };
  const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ name: 's3', port: PORT, targetPort: 's3' }] } },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name },
      spec: { serviceName: name, replicas: 1, selector: { matchLabels: labels }, template, volumeClaimTemplates: [claim] },
    },
  ];
}

/** The keys that a server takes, in the variables that every client of S3 reads. With another secret key it is that of a client who is refused. */
export function s3Secret(name = 's3', secretKey = 'not-a-secret'): KubeObject {
  return secret(name, { AWS_ACCESS_KEY_ID: 'backup', AWS_SECRET_ACCESS_KEY: secretKey });
}

/** Where a server is reached. */
export function s3Endpoint(name = 's3'): string {
  return `http://${name}:${PORT}`;
}

/** The names of all objects of a bucket, in order, from the server's disk. What began to be uploaded and was not finished is no object. */
export async function objectsOf(cluster: Cluster, { name = 's3', bucket = BUCKET }: S3ServerOptions = {}): Promise<string[]> {
  const list = ['rclone', 'lsf', '--config=', '--recursive', '--files-only', '--exclude=.rclone_temp_*', `${ROOT}/${bucket}`];
  const { exitCode, stdout, stderr } = await cluster.exec(`${name}-0`, list);
  if (exitCode !== 0) {
    throw new Error(`no objects could be listed: ${stderr}`);
  }
  return stdout.split('\n').filter(line => line !== '').sort();
}
