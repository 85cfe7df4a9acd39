import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomeOf } from './command';

/*
 * A package of jsii needs those of its dependencies in its own language. Where a registry does not have one of them in the version that is
 * installed from npm, it can be made of what is installed: it is what its own project publishes.
 */

const ROOT = join(__dirname, '..', '..');

/** A plug-in of Maven in a version, so that the answer is the same everywhere. */
export const DEPENDENCY_PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';

/** A dependency, as npm has it. */
export interface Neighbour {
  readonly folder: string;
  readonly goModule: string;
  readonly goPackage: string;
  readonly maven: string;
  readonly version: string;
}

/** The packages that users install beside ours. */
export function neighbours(): Neighbour[] {
  return Object.keys(read(ROOT).peerDependencies).map(name => {
    const folder = join(ROOT, 'node_modules', name);
    const { version, jsii: { targets: { go, java: { maven } } } } = read(folder);
    const goPackage = name.replace(/[^a-z0-9]/g, '');
    return {
      folder,
      goModule: `${go.moduleName}/${goPackage}/v${version.split('.')[0]}`,
      goPackage,
      maven: `${maven.groupId}:${maven.artifactId}:${version}`,
      version,
    };
  });
}

/** Those that the Go proxy does not have. */
export async function notServedToGo(): Promise<Neighbour[]> {
  const folder = mkdtempSync(join(tmpdir(), 'go-neighbours-'));
  try {
    return await filter(neighbours(), async ({ goModule, version }) =>
      (await outcomeOf(['go', 'mod', 'download', `${goModule}@v${version}`], { cwd: folder })).code !== 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Those that no Maven repository has. */
export async function notServedToMaven(localRepository: string): Promise<Neighbour[]> {
  return filter(neighbours(), async ({ maven }) => (await outcomeOf([
    'mvn', '--quiet', '--batch-mode', `${DEPENDENCY_PLUGIN}:get`, `-Dmaven.repo.local=${localRepository}`, `-Dartifact=${maven}`, '-Dtransitive=false',
  ])).code !== 0);
}

async function filter<T>(values: readonly T[], keep: (value: T) => Promise<boolean>): Promise<T[]> {
  const kept = [];
  // one after the other: two Mavens do not share a local repository well.
  for (const value of values) {
    if (await keep(value)) {
      kept.push(value);
    }
  }
  return kept;
}

function read(folder: string): any {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
