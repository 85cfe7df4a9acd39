import type * as yaml from 'yaml';
import { files } from './files';

// the copy that cdk8s itself prints with: another version may well be hoisted, and its speed differs.
const { stringify }: typeof yaml = module.require(require.resolve('yaml', { paths: [require.resolve('cdk8s')] }));

/** Plain objects, printed with cdk8s's printer and its options: what is left when the constructs are taken away. */
export const synth = files((document) => stringify(document, { keepUndefined: true, lineWidth: 0, version: '1.1' }));
