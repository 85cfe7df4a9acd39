import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT, DIST, MAVEN_REPOSITORY } from '../../scripts/languages/packages';

/** Settings by which Maven finds the packages that were built, as it will find released ones without. */
export function mavenSettings(): string {
  const repositories = [join(DIST, 'java'), join(BUILT, 'java')].filter(existsSync).map((folder, index) =>
    `<repository><id>built-${index}</id><url>file://${folder}</url></repository>`);
  return `<settings>
  <localRepository>${MAVEN_REPOSITORY}</localRepository>
  <profiles><profile><id>built</id><repositories>${repositories.join('')}</repositories></profile></profiles>
  <activeProfiles><activeProfile>built</activeProfile></activeProfiles>
</settings>
`;
}
