import { useWith } from './use';

useWith('lowest');
