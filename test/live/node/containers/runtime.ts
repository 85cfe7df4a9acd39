import { cgroupOf, removeCgroup } from './cgroups';
import { type Container, RuncContainer } from './container';
import type { ContainerConfig } from './oci-spec';

export type { Container, ExitStatus } from './container';
export { StartError } from './container';
export type { ContainerConfig, Mount } from './oci-spec';

/**
 * Starts the containers of a world, which must have a /run and a PID namespace of its own, the first process of which takes up all whose parent has ended.
 * What is left of a `runc exec` into a container that is just being killed is such a process, and the container would never end without that.
 */
export class Runtime {
  /** Removes what a world leaves behind that has died: its control groups. Everything else is gone with its namespaces, or is a file. */
  static async cleanUp(world: string): Promise<void> {
    await removeCgroup(cgroupOf(world));
  }

  private readonly cgroup: string;

  constructor(world: string) {
    this.cgroup = cgroupOf(world);
  }

  /**
   * Starts a container, and returns when its program is running, or has already ended.
   *
   * @throws StartError if the program could not be executed
   */
  async start(config: ContainerConfig): Promise<Container> {
    if (!config.cgroup.startsWith(`${this.cgroup}/`)) {
      throw new Error(`the control group of container ${config.id} must be below ${this.cgroup}, where it is found again, got ${config.cgroup}`);
    }
    return RuncContainer.start(config);
  }
}
