import * as os from 'node:os';
import * as path from 'node:path';
import { SCRATCH } from './paths';

/** What else a number depends on. */
export function environment() {
  return {
    'node': process.version,
    'cdk8s': versionOf('cdk8s'),
    'cdk8s-plus-27': versionOf('cdk8s-plus-27'),
    'constructs': versionOf('constructs'),
    // the copy that cdk8s prints with.
    'yaml': versionOf('yaml', path.dirname(require.resolve('cdk8s'))),
    'cpu': os.cpus()[0].model.trim(),
    'cores': os.cpus().length,
    'os': `${os.type()} ${os.release()} ${os.arch()}`,
    'files in': SCRATCH,
  };
}

function versionOf(name: string, from = __dirname): string {
  return module.require(require.resolve(`${name}/package.json`, { paths: [from] })).version;
}
