import { Duration } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { EtcdVersion } from './etcd-version';
import { METRICS_PORT } from './settings';

/** How long an answer may take: a member whose disk is busy is slow, and not dead. */
const TIMEOUT = Duration.seconds(5);

/** How long a member may take to read its log again, at twelve tries a minute. */
const STARTUP_TRIES = 120;

/**
 * The probes of a member, all at the port for metrics: it asks for no certificate, and answers while there is no quorum.
 *
 * Alive is a member that answers, whatever the others do: otherwise a lost quorum would make the kubelet restart the healthy rest. Ready is one
 * that can read with the consent of the others, and is not a mere learner.
 *
 * @see https://etcd.io/docs/v3.6/op-guide/monitoring/#health-check
 */
export function probesOf(version: EtcdVersion): Pick<kplus.ContainerProps, 'startup' | 'liveness' | 'readiness'> {
  return {
    // the port opens when the log is read.
    startup: kplus.Probe.fromTcpSocket({ port: METRICS_PORT, periodSeconds: Duration.seconds(5), failureThreshold: STARTUP_TRIES }),
    liveness: alive(version),
    readiness: kplus.Probe.fromHttpGet(version._features.hasLivez ? '/readyz' : '/health', { port: METRICS_PORT, timeoutSeconds: TIMEOUT }),
  };
}

/** Without a read: all of them wait while a member writes its database anew, and one that is killed meanwhile has to begin again. */
function alive({ _features: { hasLivez } }: EtcdVersion): kplus.Probe {
  const options = { port: METRICS_PORT, timeoutSeconds: TIMEOUT, failureThreshold: 6 };
  return hasLivez ? kplus.Probe.fromHttpGet('/livez?exclude=serializable_read', options) : kplus.Probe.fromTcpSocket(options);
}
