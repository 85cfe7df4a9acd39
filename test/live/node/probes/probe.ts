import { connect } from 'node:net';
import { getByHandler, HandlerTarget, portOf } from './handlers';
import { describeDialFailure } from './http-get';
import { ProbeOutcome } from './probe-state';

export interface ProbeTry {
  readonly outcome: ProbeOutcome;
  /** Why it was no success, in the words of the kubelet. */
  readonly message: string;
}

const SUCCESS: ProbeTry = { outcome: 'success', message: '' };

/**
 * Tries a probe once.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes
 */
export async function tryProbe(probe: any, target: HandlerTarget): Promise<ProbeTry> {
  try {
    if (probe.exec) {
      return await tryExec(probe, target);
    }
    if (probe.httpGet) {
      return await tryHttpGet(probe, target);
    }
    if (probe.tcpSocket) {
      return await tryTcpSocket(probe, target);
    }
    throw new Error(`a probe must be exec, httpGet or tcpSocket here (container: ${target.container.name})`);
  } catch (error) {
    return { outcome: 'unknown', message: (error as Error).message };
  }
}

async function tryExec({ exec: { command }, timeoutSeconds }: any, target: HandlerTarget): Promise<ProbeTry> {
  const { exitCode, stdout, stderr } = await target.exec(command, { timeoutSeconds });
  const message = (stdout + stderr).trim();
  // words of runc, not of a program: containerd hands them on as an error of its own, and the kubelet throws the try away.
  const executed = exitCode !== 255 || !/^(exec failed|cannot exec)/.test(stderr);
  return exitCode === 0 ? SUCCESS : { outcome: executed ? 'failure' : 'unknown', message };
}

async function tryHttpGet({ httpGet: action, timeoutSeconds }: any, target: HandlerTarget): Promise<ProbeTry> {
  // a port that cannot be found is an error of the probe; from here on, whatever goes wrong is a failure of the container.
  portOf(target.container, action.port);
  try {
    const status = await getByHandler(action, target, 'kube-probe/1.27', timeoutSeconds);
    return status >= 200 && status < 400 ? SUCCESS : { outcome: 'failure', message: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    return { outcome: 'failure', message: (error as Error).message };
  }
}

async function tryTcpSocket({ tcpSocket, timeoutSeconds }: any, { container, address, localAddress }: HandlerTarget): Promise<ProbeTry> {
  const host = tcpSocket.host || address;
  const port = portOf(container, tcpSocket.port);
  return new Promise(resolve => {
    const socket = connect({ host, port, localAddress });
    const end = (result: ProbeTry) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end({ outcome: 'failure', message: `dial tcp ${host}:${port}: i/o timeout` }), timeoutSeconds * 1000);
    socket.on('connect', () => end(SUCCESS)).on('error', error => end({ outcome: 'failure', message: describeDialFailure(error, host, port) }));
  });
}
