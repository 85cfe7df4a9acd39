import { Duration, Size, SizeRoundingBehavior } from 'cdk8s';
import { shown, wholeNumberProblem } from './refuse';

const UNITS = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** What keeps a value from being an amount of storage above zero, or nothing. */
export function sizeProblem(value: unknown): string | undefined {
  if (!isSize(value)) {
    return `must be a Size such as Size.gibibytes(10), got ${shown(value)}`;
  }
  const kibibytes = kibibytesOf(value);
  return Number.isSafeInteger(kibibytes) && kibibytes > 0 ? undefined : `must be a whole number of kibibytes above zero, got ${kibibytes} KiB`;
}

/**
 * A size in the largest unit that says it in a whole number: 500Mi, 2Gi.
 *
 * Sizes are kept as they were meant, so that a claim of `Size.mebibytes(500)` works.
 */
export function quantityOf(size: Size): string {
  let amount = kibibytesOf(size);
  let unit = 0;
  while (amount % 1024 === 0 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${amount}${UNITS[unit]}`;
}

// not instanceof: a program may hold two copies of cdk8s.
function isSize(value: unknown): value is Size {
  return typeof (value as Size | undefined)?.toKibibytes === 'function';
}

/** A size in kibibytes, fractions included. */
export function kibibytesOf(size: Size): number {
  return size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
}

/** What keeps a value from being a duration of whole seconds, or nothing. */
export function secondsProblem(value: unknown): string | undefined {
  if (typeof (value as Duration | undefined)?.toSeconds !== 'function') {
    return `must be a Duration such as Duration.seconds(30), got ${shown(value)}`;
  }
  const problem = wholeNumberProblem((value as Duration).toSeconds({ integral: false }));
  return problem && `in seconds ${problem}`;
}
