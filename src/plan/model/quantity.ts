const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i))?$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** Billionths, in which Kubernetes' smallest unit is whole. */
const NANO = 1_000_000_000n;

/** What a quantity stands for in billionths, or nothing where it is none. */
export function nanosOf(quantity: unknown): bigint | undefined {
  const match = typeof quantity === 'string' || typeof quantity === 'number' ? QUANTITY.exec(String(quantity)) : null;
  if (!match) {
    return undefined;
  }
  const [, sign, digits, exponent, unit = ''] = match;
  const [whole, fraction = ''] = digits.split('.');
  let value = BigInt(`${whole}${fraction}`) * NANO;
  let tens = Number(exponent ?? 0) - fraction.length;
  if (BINARY.includes(unit)) {
    value *= 1024n ** BigInt(BINARY.indexOf(unit));
  } else {
    tens += 3 * (DECIMAL.indexOf(unit) - DECIMAL.indexOf(''));
  }
  value = tens >= 0 ? value * 10n ** BigInt(tens) : value / 10n ** BigInt(-tens);
  return sign === '-' ? -value : value;
}

/**
 * A quantity as the API server keeps it: `1024Mi` is `1Gi` there, and `0.5` is `500m`.
 *
 * `1Gi` and `1073741824` stay different, and so do templates with them: the server keeps the kind of the unit.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.16/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go, CanonicalizeBytes
 */
export function canonicalQuantity(quantity: unknown): unknown {
  const nanos = nanosOf(quantity);
  if (nanos === undefined || nanos === 0n || /[eE][+-]?\d/.test(String(quantity))) {
    return nanos === 0n ? '0' : quantity;
  }
  const isBinary = String(quantity).endsWith('i');
  // a binary amount that is no whole number is kept in decimal units.
  if (isBinary && nanos % NANO === 0n) {
    return inLargest(nanos / NANO, 1024n, BINARY);
  }
  return inLargest(nanos, 1000n, DECIMAL);
}

function inLargest(amount: bigint, step: bigint, units: string[]): string {
  let value = amount;
  let unit = 0;
  while (value % step === 0n && unit < units.length - 1) {
    value /= step;
    unit++;
  }
  return `${value}${units[unit]}`;
}

/** Whether two quantities stand for the same amount, in whatever units. */
export function isSameAmount(a: unknown, b: unknown): boolean {
  const amount = nanosOf(a);
  return amount !== undefined && amount === nanosOf(b);
}
