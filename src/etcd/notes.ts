import { SERVER_TLS_PATH } from './settings';

/** What the notes of a cluster are made of. */
export interface NotesInput {
  readonly name: string;
  readonly namespace?: string;
  readonly replicas: number;
  readonly clientUrl: string;
  readonly clientService: string;
  /** Whether clients must speak TLS. */
  readonly encrypted: boolean;
  /** Whether etcd asks who somebody is. */
  readonly hasUsers: boolean;
}

/**
 * What to do with a cluster once it was applied, for people: the commands by which it is looked at, spelled for this cluster.
 *
 * The first `etcdctl` of a pod speaks to its own member, by its certificate for servers, which is one for clients too.
 */
export function notesOf({ name, namespace, replicas, clientUrl, clientService, encrypted, hasUsers }: NotesInput): string {
  const kubectl = namespace === undefined ? 'kubectl' : `kubectl --namespace ${namespace}`;
  const files = ['cacert=ca.crt', 'cert=tls.crt', 'key=tls.key'].map(file => file.replace('=', `=${SERVER_TLS_PATH}/`));
  const flags = encrypted ? ['--endpoints=https://127.0.0.1:2379', ...files.map(file => `--${file}`)] : [];
  // a password is asked for, which needs a terminal.
  const exec = hasUsers ? 'exec --stdin --tty' : 'exec';
  const etcdctl = [`${kubectl} ${exec} ${name}-0 --container etcd -- etcdctl`, ...hasUsers ? ['--user root'] : [], ...flags].join(' ');
  return [
    `etcd cluster '${name}' of ${replicas} member${replicas === 1 ? '' : 's'}, for clients at ${clientUrl}`,
    '',
    'Wait until all members are ready:',
    `  ${kubectl} rollout status statefulset/${name}`,
    'Where the members are, and which of them clients reach:',
    `  ${kubectl} get pods --selector app.kubernetes.io/instance=${name} --output wide`,
    `  ${kubectl} get endpoints ${name} ${clientService}`,
    'Ask every member whether it is healthy, and which of them leads:',
    `  ${etcdctl} endpoint health --cluster`,
    `  ${etcdctl} endpoint status --cluster --write-out table`,
    hasUsers ? 'Write and read, as root or as users that root adds:' : 'Write and read:',
    `  ${etcdctl} put greeting hello`,
    `  ${etcdctl} get greeting`,
    '',
  ].join('\n');
}
