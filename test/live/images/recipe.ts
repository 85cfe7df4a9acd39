import { ImageConfig } from './image';

/** How an image is made on this machine, from programs that are installed or that a package registry has. */
export interface Recipe {
  /** With the version the name of its folder in the cache. */
  readonly name: string;
  readonly version: string;
  readonly config: ImageConfig;

  /** What this machine lacks to build it, as a sentence to print. */
  missing(): Promise<string | undefined>;

  /** Fills an empty folder with the files of the image. What else is written belongs into the other one, which is then removed. */
  build(directory: string, scratch: string): Promise<void>;
}

/** The variables of the base images that all of these are made on. */
export const BASE_ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
