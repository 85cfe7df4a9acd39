import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { neighbours } from '../../scripts/languages/neighbours';
import { BUILT, DIST } from '../../scripts/languages/packages';

/** The arguments of `go mod edit` by which Go takes the module that was built, and what no proxy serves, from folders. */
export function goReplacements(): string[] {
  const built = neighbours().map(({ goModule, goPackage }) => [goModule, join(BUILT, 'go', goPackage)] as const).filter(([, folder]) => existsSync(folder));
  return [...built, ['github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful', join(DIST, 'go', 'cdk8sstateful')]]
    .map(([module, folder]) => `-replace=${module}=${folder}`);
}
