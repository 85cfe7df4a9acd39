import { readFileSync } from 'node:fs';
import { Environment, variable } from './environment';
import { Answer, exchange } from './exchange';
import { ClusterState, StateChanges, StateConfigMap, stateOf } from './state';

/** What the StatefulSet says of how many pods there are to be, and how many there are. */
export interface StatefulSetView {
  readonly replicas: number;
  /** The first ordinal. */
  readonly start: number;
  /** The pods that there are, those that are ending among them. */
  readonly currentReplicas: number;
  /** Whether the controller has seen what was asked for last; before, its numbers say nothing. */
  readonly isSettled: boolean;
  readonly isDeleted: boolean;
}

/** Somebody else changed the object in between. */
export class ConflictError extends Error {}

interface WireStatefulSet {
  readonly metadata: { readonly generation: number; readonly deletionTimestamp?: string };
  readonly spec: { readonly replicas?: number; readonly ordinals?: { readonly start?: number } };
  readonly status?: { readonly observedGeneration?: number; readonly replicas?: number };
}

/** Where Kubernetes puts what a pod shows to the API server. */
const ACCOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';

const ANSWER_MS = 3000;
const NOT_FOUND = 404;
const CONFLICT = 409;

/** Whether the StatefulSet says that there is to be no pod of this ordinal. */
export function isBeyond({ start, replicas }: StatefulSetView, ordinal: number): boolean {
  return ordinal < start || ordinal >= start + replicas;
}

/** Why nobody leaves by the word of the StatefulSet, if so. */
export function objectionToLeaving(statefulSet: StatefulSetView | undefined): string | undefined {
  if (statefulSet === undefined || statefulSet.isDeleted) {
    return 'there is no StatefulSet, or it cannot be read';
  }
  return statefulSet.replicas === 0 ? 'the StatefulSet is switched off' : undefined;
}

/**
 * The two objects of the API server that the agent may read: its StatefulSet, and the ConfigMap of its state.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#without-using-a-proxy
 */
export class KubernetesApi {
  /** As the pod's service account. */
  public static inPod(env: Environment, accountPath = ACCOUNT_PATH): KubernetesApi {
    const host = variable(env, 'KUBERNETES_SERVICE_HOST');
    const namespace = encodeURIComponent(variable(env, 'POD_NAMESPACE'));
    return new KubernetesApi(
      `https://${host.includes(':') ? `[${host}]` : host}:${variable(env, 'KUBERNETES_SERVICE_PORT')}`,
      `/apis/apps/v1/namespaces/${namespace}/statefulsets/${variable(env, 'STATEFUL_SET')}`,
      `/api/v1/namespaces/${namespace}/configmaps/${variable(env, 'STATE_CONFIG_MAP')}`,
      accountPath,
    );
  }

  private constructor(
    private readonly server: string,
    private readonly statefulSetPath: string,
    private readonly statePath: string,
    private readonly accountPath: string,
  ) {}

  /** The StatefulSet, unless there is none. */
  public async statefulSet(): Promise<StatefulSetView | undefined> {
    const answer = await this.ask('GET', this.statefulSetPath);
    if (answer.status === NOT_FOUND) {
      return undefined;
    }
    const { metadata, spec, status } = answerOf<WireStatefulSet>(answer);
    return {
      replicas: spec.replicas ?? 1,
      start: spec.ordinals?.start ?? 0,
      currentReplicas: status?.replicas ?? 0,
      isSettled: (status?.observedGeneration ?? 0) >= metadata.generation,
      isDeleted: metadata.deletionTimestamp !== undefined,
    };
  }

  public async state(): Promise<ClusterState> {
    return stateOf(answerOf<StateConfigMap>(await this.ask('GET', this.statePath)));
  }

  /**
   * Changes the state; with `resourceVersion`, only if it still is that one.
   *
   * @throws ConflictError if it is not
   */
  public async patchState(data: StateChanges, resourceVersion?: string): Promise<ClusterState> {
    const patch = { ...resourceVersion !== undefined && { metadata: { resourceVersion } }, data };
    return stateOf(answerOf<StateConfigMap>(await this.ask('PATCH', this.statePath, patch)));
  }

  private async ask(method: string, path: string, patch?: object): Promise<Answer> {
    // both are renewed while the pod lives.
    const [ca, token] = ['ca.crt', 'token'].map(file => readFileSync(`${this.accountPath}/${file}`, 'utf8'));
    return exchange({
      who: 'the API server',
      url: new URL(path, this.server),
      ca,
      method,
      headers: {
        authorization: `Bearer ${token.trim()}`,
        accept: 'application/json',
        ...patch && { 'content-type': 'application/merge-patch+json' },
      },
      body: patch,
      timeout: ANSWER_MS,
    });
  }
}

function answerOf<T>({ status, text }: Answer): T {
  if (status === CONFLICT) {
    throw new ConflictError('somebody else has changed the state in between');
  }
  if (status !== 200) {
    throw new Error(`the API server answers ${status}: ${messageIn(text)}`);
  }
  return JSON.parse(text) as T;
}

/** Kubernetes says what is wrong in a Status; what stands between it and us says it as it likes. */
function messageIn(body: string): string {
  try {
    return JSON.parse(body).message;
  } catch {
    return body.slice(0, 200).trim();
  }
}
