// the modes of files are sets of bits.
/* eslint-disable no-bitwise */
import { chmodSync, existsSync, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { ConfigError } from '../environment/config-objects';
import { expand, lookupIn } from '../environment/expansion';

/**
 * The part of a volume that a mount asks for, or nothing where it asks for all of it.
 *
 * @throws ConfigError if it refers to a variable that is not set, or leads out of the volume
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath-expanded-environment
 * @see https://github.com/kubernetes/kubernetes/blob/release-1.27/pkg/kubelet/kubelet_pods.go makeMounts
 */
export function subPathOf({ subPath, subPathExpr }: any, env: Record<string, string>): string | undefined {
  const path = subPathExpr ? expandAll(subPathExpr, env) : subPath;
  if (path && isAbsolute(path)) {
    throw new ConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  }
  if (path?.split('/').includes('..')) {
    throw new ConfigError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  }
  return path || undefined;
}

/**
 * The file or folder that a sub-path of a volume is now, with no link left in its path. What is missing becomes folders that can be used as the volume can;
 * so it is with a ConfigMap too, where a wrong key gives an empty folder in place of a file.
 *
 * A container that mounts it sees this file for as long as it runs, and not what a later version of the volume has in its place.
 *
 * @throws Error if a link leads out of the volume, or what is missing cannot be made
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath
 */
export function resolveSubPath(volume: string, subPath: string, writable: boolean): string {
  const root = realpathSync(volume);
  return subPath.split('/').filter(part => part !== '').reduce((folder, part) => {
    const path = join(folder, part);
    if (!existsSync(path) && !lstatSync(path, { throwIfNoEntry: false })) {
      if (!writable) {
        throw new Error(`${subPath} is not there, and cannot be made in a read-only volume`);
      }
      mkdirSync(path);
      // in a step of its own, since a mode given to the creation of a folder is cut by the process's umask.
      chmodSync(path, statSync(root).mode & 0o2777);
    }
    const real = realpathSync(path);
    if (real !== root && !real.startsWith(root + sep)) {
      throw new Error(`${subPath} leads out of the volume`);
    }
    return real;
  }, root);
}

function expandAll(text: string, env: Record<string, string>): string {
  const missing = new Set<string>();
  const expanded = expand(text, (name) => {
    const value = lookupIn(env)(name);
    if (!value) {
      missing.add(name);
    }
    return value;
  });
  if (missing.size > 0) {
    throw new ConfigError(`missing value for ${[...missing].sort().join(', ')}`);
  }
  return expanded;
}
