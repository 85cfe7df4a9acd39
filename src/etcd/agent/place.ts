import { Environment, variable } from './environment';

/** Where this pod stands among those of its StatefulSet, and where all of them are found: by their ordinals alone. */
export interface Place {
  readonly podName: string;
  readonly ordinal: number;
  readonly statefulSet: string;
  peerUrl(ordinal: number): string;
  clientUrl(ordinal: number): string;
  nameOf(ordinal: number): string;
  /** The pod that members at these URLs are in; undefined if it is none of this StatefulSet. */
  ordinalOf(peerUrls: readonly string[]): number | undefined;
}

/** What stands for the name of a pod in URLs. */
const POD = '{pod}';

const ORDINAL = /^(0|[1-9]\d*)$/;

export function placeOf(env: Environment): Place {
  const podName = variable(env, 'POD_NAME');
  const statefulSet = variable(env, 'STATEFUL_SET');
  const [peerUrl, clientUrl] = ['PEER_URL', 'CLIENT_URL'].map(name => template(name, variable(env, name)));
  const nameOf = (ordinal: number) => `${statefulSet}-${ordinal}`;
  const ordinalIn = (name: string) => {
    const digits = name.startsWith(`${statefulSet}-`) ? name.slice(statefulSet.length + 1) : '';
    return ORDINAL.test(digits) ? Number(digits) : undefined;
  };
  const ordinal = ordinalIn(podName);
  if (ordinal === undefined) {
    throw new Error(`the pod '${podName}' is none of the StatefulSet '${statefulSet}': its name has no ordinal`);
  }
  return {
    podName,
    ordinal,
    statefulSet,
    nameOf,
    peerUrl: of => peerUrl.join(nameOf(of)),
    clientUrl: of => clientUrl.join(nameOf(of)),
    ordinalOf: urls => {
      const [before, after] = peerUrl;
      return urls
        .filter(url => url.startsWith(before) && url.endsWith(after))
        .map(url => ordinalIn(url.slice(before.length, url.length - after.length)))
        .find(found => found !== undefined);
    },
  };
}

/** What stands before and after the name of a pod. */
function template(name: string, url: string): readonly string[] {
  const parts = url.split(POD);
  if (parts.length !== 2) {
    throw new Error(`${name} must have '${POD}' once, got '${url}'`);
  }
  return parts;
}
