import { createHash } from 'crypto';
import { Chart } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { commonNameProblem, filesOf, objectOf } from './certificates';
import { EtcdPrograms } from './programs';
import { ManifestObject } from '../private/manifest-object';
import { objectProblem, refuse, refuseIf, textProblem } from '../private/refuse';

const ROOT_PASSWORD = 'EtcdAuth.rootPassword()';

/** Its pods have it as a label. */
const JOB_NAME_MAX = 63;

/** What stands after the name of the cluster in that of the Job. */
const SUFFIX_LENGTH = '-auth-01234567'.length;

/**
 * Five tries, and each waits twenty minutes for the members: until one succeeds, the cluster is open to everybody. There is no time after which
 * it gives up, since a pod that waits for its Secret or its image must not end that way.
 */
const TRIES_AGAIN = 4;

/**
 * Who may do what in etcd: its users and roles.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/authentication/rbac/
 */
export class EtcdAuth {
  /**
   * Turns users and roles on, with a user `root` that has the password of a Secret. A Job does it once the members answer. Whoever does not say who
   * they are is refused from then on, clients of `connect()` too: root adds users for them.
   *
   * The Job cannot change the password later: see the page on security.
   *
   * A cluster of etcd 3.4 with users and roles cannot be upgraded to 3.5 one member at a time. Without TLS for clients, passwords travel in the clear.
   *
   * @param secret the Secret, in the namespace of the cluster.
   * @param key the key of the password in it; by default `password`, as in a Secret of type `kubernetes.io/basic-auth`.
   */
  public static rootPassword(secret: kplus.ISecret, key: string = 'password'): EtcdAuth {
    return new EtcdAuth(secret, key);
  }

  private constructor(private readonly secret: kplus.ISecret, private readonly key: string) {}

  /**
   * The password of root, for programs.
   *
   * @internal
   */
  public _password(cluster: Construct): kplus.EnvValue {
    const { secret, key } = this;
    refuseIf(cluster, `the secret of ${ROOT_PASSWORD}`, objectProblem(secret ?? null, 'envValue', 'new kplus.Secret(), Secret.fromSecretName() and the like'));
    refuseIf(cluster, `'key' of ${ROOT_PASSWORD}`, textProblem(key));
    return kplus.EnvValue.fromSecretValue({ secret, key });
  }

  /**
   * Makes what is to be made for a cluster; called once by each.
   *
   * @internal
   */
  public _bind(cluster: Construct, programs: EtcdPrograms, snapshot?: string): void {
    const { clientUrl, metadata, name, tls } = programs.site;
    const namespace = metadata.namespace ?? Chart.of(cluster).namespace;
    const certificate = tls?.clientCertAuth ? tls.client ?? tls.server : undefined;
    const longest = JOB_NAME_MAX - SUFFIX_LENGTH;
    if (name.length > longest) {
      refuse(cluster, `the name of a cluster with 'auth' must have at most ${longest} characters, since a Job is named after it, got ${name.length}: "${name}";`
        + ' give a shorter one');
    }
    // at synth, since secrets may be filled until then.
    cluster.node.addValidation({
      validate: () => [
        secretProblem(this.secret, this.key, namespace), certificate && commonNameProblem(certificate),
      ].filter(problem => problem !== undefined),
    });
    const spec = kplus.k8s.toJson_JobSpec({
      backoffLimit: TRIES_AGAIN,
      template: programs.podTemplate([programs.asClient(programs.agentStep('enable-auth', 'enable-auth'), [clientUrl])]),
    });
    // a Job cannot be changed: another one must have another name. So has that after a restore, since a snapshot may be from before there were users.
    const hash = createHash('sha256').update(JSON.stringify(spec)).update(snapshot ?? '').digest('hex').slice(0, 8);
    new ManifestObject(cluster, 'Auth', {
      ...kplus.k8s.KubeJob.GVK, metadata: programs.metadataOf(`${name}-auth-${hash}`), key: 'spec', content: () => spec,
    });
  }
}

/** What keeps the Secret from having the password, as far as the chart knows it, or nothing. */
function secretProblem(secret: kplus.ISecret, key: string, namespace: string | undefined): string | undefined {
  const object = objectOf(secret);
  const files = object === undefined ? {} : filesOf(object);
  const what = `the Secret '${secret.name}' of ${ROOT_PASSWORD}`;
  const actual = object?.metadata.namespace ?? namespace;
  if (namespace !== undefined && actual !== namespace) {
    return `${what} must be in namespace '${namespace}' with the pods that read it, got '${actual}': make it there`;
  }
  // something else fills in what is empty.
  if (Object.keys(files).length === 0) {
    return undefined;
  }
  const password = files[key];
  if (typeof password !== 'string' || password === '') {
    return `${what} must have a password in '${key}', got ${Object.keys(files).map(name => `'${name}'`).join(', ')}: add it, or name its key`;
  }
  return /[\r\n]$/.test(password) ? `${what} must have a password that can be typed, got one that ends with a line break: leave that out` : undefined;
}
