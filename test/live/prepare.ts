import { Images } from './images/images';
import { RCLONE_RELEASE } from './images/rclone';

/** The releases of etcd that scenarios run on. */
export const ETCD_RELEASES = ['3.4.23', '3.5.1', '3.5.35', '3.6.14'] as const;

const OTHERS = ['busybox:1.36.1', 'nginxinc/nginx-unprivileged:1.28.2-alpine', 'node:20-bookworm-slim', `rclone/rclone:${RCLONE_RELEASE}`];

/** The image of a release of etcd. */
export function etcdImage(release: string): string {
  return `gcr.io/etcd-development/etcd:v${release}`;
}

export interface Preparation {
  /** The images that can be run here. */
  readonly images: readonly string[];
  /** Why something else cannot, a sentence for each. */
  readonly missing: readonly string[];
}

/** Makes the images of all scenarios, since a cluster has no network to get them from, and so that no scenario has to wait for a compiler. */
export async function prepareImages(): Promise<Preparation> {
  const images = new Images();
  const missing: string[] = [];
  const made: string[] = [];
  for (const reference of [...OTHERS, ...ETCD_RELEASES.map(etcdImage)]) {
    const problem = await images.missing(reference);
    if (problem !== undefined) {
      missing.push(problem);
      continue;
    }
    const start = performance.now();
    await images.pull(reference);
    const seconds = (performance.now() - start) / 1000;
    if (seconds > 1) {
      console.log(`made the image ${reference} in ${seconds.toFixed(0)} s`);
    }
    made.push(reference);
  }
  return { images: made, missing };
}
