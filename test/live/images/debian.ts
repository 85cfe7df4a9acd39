import { execFileSync } from 'node:child_process';

/** The version of a Debian package that is completely installed. An epoch is left out: in paths, a colon would part the layers of an overlay. */
export function debianVersion(name: string): string | undefined {
  try {
    const format = '${db:Status-Status} ${Version}';
    const output = execFileSync('dpkg-query', ['--show', `--showformat=${format}`, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return /^installed (?:\d+:)?(.+)$/.exec(output)?.[1];
  } catch {
    return undefined;
  }
}

/** Says how to get packages that are not installed. */
export function missingPackages(image: string, packages: readonly string[]): string | undefined {
  const missing = packages.filter(name => debianVersion(name) === undefined);
  return missing.length === 0 ? undefined
    : `the image ${image} is made from ${missing.join(' and ')} of Debian, not installed here: run scripts/install-live-debian.sh`;
}
