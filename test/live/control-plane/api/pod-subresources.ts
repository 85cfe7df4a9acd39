import { deleteObject } from './deletion';
import { badRequest, CausedError, methodNotAllowed } from './errors';
import { Answer, Content, jsonOf, ResourceRequest } from './exchange';
import { ExecResult } from '../../cluster';
import { mayEvict } from '../disruption';
import { KubeObject } from '../objects';
import { ApiError, ObjectStore } from '../store';

/** What only the node that a pod runs on can do. */
export interface PodOperations {
  exec(
    namespace: string, pod: string, container: string | undefined, command: readonly string[], options: { input?: string; timeoutSeconds?: number },
  ): Promise<ExecResult>;
  logs(namespace: string, pod: string, container: string | undefined, previous: boolean): Promise<string>;
}

/** What a client can ask of a pod besides its object. */
export class PodSubresources {
  constructor(private readonly store: ObjectStore, private readonly operations: PodOperations) {}

  async log({ verb, query }: ResourceRequest, { metadata: { namespace, name } }: KubeObject): Promise<Answer> {
    if (verb !== 'get') {
      throw methodNotAllowed();
    }
    const container = query.get('container') ?? undefined;
    return { code: 200, body: await this.operations.logs(namespace!, name, container, query.get('previous') === 'true') };
  }

  /** One request and one answer, unlike the streams of Kubernetes: enough for tests, which are its only clients. */
  async exec({ verb }: ResourceRequest, { metadata: { namespace, name } }: KubeObject, content: Content): Promise<Answer> {
    if (verb !== 'create') {
      throw methodNotAllowed();
    }
    const { container, command, input, timeoutSeconds } = jsonOf(content);
    if (!Array.isArray(command) || command.length === 0) {
      throw badRequest('you must specify at least 1 command for the container');
    }
    return { code: 200, body: await this.operations.exec(namespace!, name, container, command, { input, timeoutSeconds }) };
  }

  /**
   * Deletes the pod if its disruption budget allows it.
   *
   * @see https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
   * @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/pkg/registry/core/pod/storage/eviction.go
   */
  eviction({ verb }: ResourceRequest, pod: KubeObject, content: Content): Answer {
    if (verb !== 'create') {
      throw methodNotAllowed();
    }
    const { metadata, deleteOptions = {} } = jsonOf(content);
    if (metadata?.name !== pod.metadata.name) {
      throw badRequest('name in URL does not match name in Eviction object');
    }
    const { allowed, code, reason = '' } = mayEvict(pod, this.store.list('PodDisruptionBudget', pod.metadata.namespace));
    if (!allowed) {
      throw code === 500 ? new ApiError(500, 'InternalError', reason) : budgetRefusal(reason);
    }
    deleteObject(this.store, pod, deleteOptions);
    return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
  }
}

/** The message is always the same; why it is so goes to the causes. */
function budgetRefusal(reason: string): ApiError {
  const message = "Cannot evict pod as it would violate the pod's disruption budget.";
  return new CausedError(429, 'TooManyRequests', message, [{ reason: 'DisruptionBudget', message: reason.replace(`${message} `, '') }]);
}
