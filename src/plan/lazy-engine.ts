/**
 * Everything that makes a plan: some ninety modules, which are loaded when the first plan is made. Most programs that import the package make none.
 */
export function engine(): typeof import('./engine') {
  // an import would load them with the package.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('./engine');
}
