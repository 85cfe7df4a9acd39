import { getByHandler, HandlerTarget } from './handlers';

/**
 * Runs a hook of a container to its end. An HTTP hook is done with any answer, whatever its status.
 *
 * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/kubelet/lifecycle/handlers.go
 * @throws Error if the hook failed
 */
export async function runHook(handler: any, target: HandlerTarget): Promise<void> {
  if (handler.exec) {
    const { command } = handler.exec;
    const { exitCode, stdout, stderr } = await target.exec(command);
    if (exitCode !== 0) {
      throw new Error(`command '${command.join(' ')}' exited with ${exitCode}: ${(stdout + stderr).trim()}`);
    }
  } else if (handler.httpGet) {
    await getByHandler({ ...handler.httpGet, port: handler.httpGet.port || 80 }, target, 'kube-lifecycle/1.27');
  } else {
    throw new Error(`a hook must be exec or httpGet here (container: ${target.container.name})`);
  }
}
