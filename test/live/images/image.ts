/** What the kubelet gets for an image's reference: files, and what to run where the pod does not say. */
export interface Image extends ImageConfig {
  /** The folder of its files. It is shared by every container of every world, and never written. */
  readonly rootfs: string;
}

/**
 * The part of an image that is not files.
 *
 * @see https://github.com/opencontainers/image-spec/blob/main/config.md#properties
 */
export interface ImageConfig {
  readonly entrypoint: string[];
  readonly cmd: string[];
  readonly env: Record<string, string>;
  /** `''` is root; else numbers, `65532` or `101:101`. */
  readonly user: string;
  readonly workingDir: string;
  /** What asks the container to stop. @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
}

/** No registry has this image: `ErrImagePull`, as of a typing error in a tag. */
export class ImageNotFound extends Error {}
