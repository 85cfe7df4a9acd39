import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { hostNameOf } from './pod-files';
import type { ObjectStore } from '../../control-plane/store';
import type { Image } from '../../images/image';
import { limitsOf } from '../containers/limits';
import type { ContainerConfig, Mount } from '../containers/oci-spec';
import { securityOf } from '../containers/security';
import { commandOf, environmentOf, PodFacts, processEnvironment } from '../environment/environment';

/** What all containers of a pod have in common. */
export interface PodSandbox {
  readonly facts: PodFacts;
  readonly store: ObjectStore;
  readonly netns: string;
  /** The folder of the pod. */
  readonly directory: string;
  /** The control group below which those of the containers are. */
  readonly cgroup: string;
  /** Of `/etc`, and the same for every container. */
  readonly files: readonly Mount[];
  readonly volumes: { mountsOf(container: any, env: Record<string, string>): Mount[] };
}

/**
 * Everything that is decided about a container when it is started.
 *
 * @throws ConfigError
 */
export function containerConfigOf(container: any, image: Image, attempt: number, sandbox: PodSandbox): ContainerConfig {
  const { facts, facts: { pod }, store, netns, directory, cgroup, files, volumes } = sandbox;
  const id = `${pod.metadata.name}-${container.name}-${pod.metadata.uid!.slice(0, 8)}-${attempt}`;
  const hostname = hostNameOf(pod);
  const env = environmentOf(container, facts, store);
  const mounts = volumes.mountsOf(container, env);
  return {
    id,
    rootfs: image.rootfs,
    directory: join(directory, 'containers', `${container.name}-${attempt}`),
    args: commandOf(container, image, env),
    env: processEnvironment(image, env),
    cwd: container.workingDir || image.workingDir || '/',
    ...securityOf(pod, container, { user: image.user, passwd: passwdOf(image) }),
    ...limitsOf(container),
    hostname,
    netns,
    mounts: [...files.filter(file => !mounts.some(({ target }) => posix.normalize(target) === file.target)), ...mounts],
    logFile: logFileOf(directory, container.name, attempt),
    cgroup: `${cgroup}/${id}`,
  };
}

/** Each container has a log of its own, so that the one before can be read after a restart. */
export function logFileOf(podDirectory: string, container: string, attempt: number): string {
  return join(podDirectory, 'logs', `${container}-${attempt}.log`);
}

function passwdOf({ rootfs }: Image): string | undefined {
  const path = join(rootfs, 'etc', 'passwd');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
