/**
 * Whether a container that ended is started again. Init containers have to succeed once, whatever `Always` says of the others.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#understanding-init-containers
 */
export function restartsAfter(restartPolicy: string, isInit: boolean, exitCode: number): boolean {
  switch (restartPolicy) {
    case 'Never': return false;
    case 'OnFailure': return exitCode !== 0;
    default: return !isInit || exitCode !== 0;
  }
}
