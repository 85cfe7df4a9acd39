import { growsAndShrinks } from './scaling';

growsAndShrinks('3.6.14', [2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1]);
