import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { refuse } from './refuse';

/**
 * The ports of a service in front of these containers, under the names that the containers give them.
 *
 * Kubernetes wants a name for each port of a service that has several, so those without one are called `tcp-8080` and the like.
 */
export function servicePorts(at: IConstruct, containers: kplus.Container[]): kplus.ServicePort[] {
  const all = containers.flatMap(container => container.ports.map(port => ({ container, port })));
  const names = new Map<string, string>();
  const places = new Map<string, string>();
  return all.map(({ container, port: { number, name, protocol } }) => {
    const place = `${number}/${protocol ?? kplus.Protocol.TCP}`;
    const sharer = places.get(place);
    if (sharer !== undefined) {
      refuse(at, `containers '${sharer}' and '${container.name}' both listen on ${place}, in a pod only one can: give one another port`);
    }
    places.set(place, container.name);
    const named = name ?? (all.length > 1 ? `${(protocol ?? kplus.Protocol.TCP).toLowerCase()}-${number}` : undefined);
    if (named !== undefined) {
      const other = names.get(named);
      if (other !== undefined) {
        refuse(at, `two ports are named '${named}', in containers '${other}' and '${container.name}': give one another name`);
      }
      names.set(named, container.name);
    }
    return { port: number, name: named, protocol };
  });
}
