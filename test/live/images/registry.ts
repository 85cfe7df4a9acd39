import { busybox } from './busybox';
import { etcd, kubernetesEtcd } from './etcd';
import { ImageNotFound } from './image';
import { nginxUnprivileged } from './nginx';
import { node } from './node';
import { rclone } from './rclone';
import { Recipe } from './recipe';

interface Repository {
  readonly name: string;
  /** The tags it has; what is in parentheses is the version. */
  readonly tag: RegExp;
  /** The tags it has, for messages. */
  readonly tags: string;
  /** Undefined for a version that cannot be had. */
  readonly recipe: (version: string) => Recipe | undefined;
}

/**
 * Every image there is. Where a recipe takes no version, each tag is an image of its own with the same content: enough for a rollout from one to another.
 */
const REPOSITORIES: readonly Repository[] = [
  { name: 'gcr.io/etcd-development/etcd', tag: /^v(\d+\.\d+\.\d+)$/, tags: 'v3.4.23, v3.5.*, v3.6.*, v3.7.*', recipe: etcd },
  { name: 'quay.io/coreos/etcd', tag: /^v(\d+\.\d+\.\d+)$/, tags: 'v3.4.23, v3.5.*, v3.6.*, v3.7.*', recipe: etcd },
  { name: 'registry.k8s.io/etcd', tag: /^(\d+\.\d+\.\d+)-\d+$/, tags: '3.4.23-*, 3.5.*-*, 3.6.*-*, 3.7.*-*', recipe: kubernetesEtcd },
  { name: 'nginxinc/nginx-unprivileged', tag: /^(\d.*)$/, tags: 'any version', recipe: nginxUnprivileged },
  { name: 'rclone/rclone', tag: /^(1\.7\d\.\d+)$/, tags: '1.7*.*', recipe: rclone },
  { name: 'busybox', tag: /^(\d.*)$/, tags: 'any version', recipe: busybox },
  { name: 'node', tag: /^(\d.*)$/, tags: 'any version', recipe: node },
];

/** @throws ImageNotFound with a list of all that there is */
export function findRecipe(reference: string): Recipe {
  const { name, tag } = parseReference(reference);
  const repository = REPOSITORIES.find(candidate => candidate.name === name);
  const version = repository?.tag.exec(tag)?.[1];
  const recipe = version === undefined ? undefined : repository!.recipe(version);
  if (!recipe) {
    const all = REPOSITORIES.map(candidate => `${candidate.name} (${candidate.tags})`);
    throw new ImageNotFound(`failed to pull image '${reference}': not found among ${all.join('; ')}`);
  }
  return recipe;
}

/**
 * A name without Docker Hub's defaults, and a tag. A digest stays with the tag, of which no image has such: no content here is the one that it names.
 *
 * @see https://kubernetes.io/docs/concepts/containers/images/#image-names
 */
export function parseReference(reference: string): { name: string; tag: string } {
  const [, full, tag = 'latest'] = /^(.*?)(?::([^/]*))?$/.exec(reference)!;
  return { name: full.replace(/^docker\.io\/(library\/)?/, ''), tag };
}
