import { Credentials } from './gateway';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that the pod must have. */
export function variable(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: this program is started by the objects of an EtcdCluster, which set it`);
  }
  return value;
}

/** Where the members are: the same variable that `etcdctl` reads. */
export function endpointsOf(env: Environment): string[] {
  return variable(env, 'ETCDCTL_ENDPOINTS').split(',');
}

/** Who this is for etcd: the same variables that `etcdctl` reads. */
export function credentialsOf(env: Environment): Credentials {
  return {
    ca: env.ETCDCTL_CACERT,
    cert: env.ETCDCTL_CERT,
    key: env.ETCDCTL_KEY,
    user: env.ETCDCTL_USER,
    password: env.ETCDCTL_PASSWORD,
  };
}
