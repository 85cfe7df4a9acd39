import { useWith } from './use';

useWith('newest');
