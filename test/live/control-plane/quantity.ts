const FACTORS = new Map([
  ['n', 1e-9], ['u', 1e-6], ['m', 1e-3], ['', 1], ['k', 1e3], ['M', 1e6], ['G', 1e9], ['T', 1e12], ['P', 1e15], ['E', 1e18],
  ['Ki', 2 ** 10], ['Mi', 2 ** 20], ['Gi', 2 ** 30], ['Ti', 2 ** 40], ['Pi', 2 ** 50], ['Ei', 2 ** 60],
]);

/**
 * The number that a quantity of Kubernetes stands for: bytes of memory or storage, cores of CPU.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function amountOf(quantity: string | number): number {
  const parts = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(String(quantity));
  if (!parts) {
    throw new Error(`a quantity must be a number with a unit such as 500m or 2Gi, got ${JSON.stringify(quantity)}`);
  }
  const [, digits, exponent = '0', unit] = parts;
  return Number(digits) * 10 ** Number(exponent) * (FACTORS.get(unit) ?? 1);
}
