import { growsAndShrinks } from './scaling';

for (const release of ['3.4.23', '3.5.35', '3.6.14']) {
  growsAndShrinks(release, [3, 5, 7, 3, 1]);
}
