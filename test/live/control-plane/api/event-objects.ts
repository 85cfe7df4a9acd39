import { timestamp } from '../../timestamp';
import { EventLog } from '../events';
import { KubeObject } from '../objects';

/**
 * The event log as objects, for `kubectl get events` and for programs that look for a reason. One for each time that something happened:
 * nothing is counted together.
 */
export function eventObjects(events: EventLog, started: number): KubeObject[] {
  return events.all().map(({ seconds, object, reason, message }, index) => {
    const [, kind, namespace, name] = /^(\S+) (?:(\S+)\/)?(\S+)$/.exec(object)!;
    const time = timestamp(started + seconds * 1000);
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${index.toString(16)}`, namespace: namespace ?? 'default', creationTimestamp: time },
      involvedObject: { kind, namespace, name },
      reason,
      message,
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
    };
  });
}
