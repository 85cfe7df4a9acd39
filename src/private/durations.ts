import { Duration } from 'cdk8s';
import { shown, wholeNumberProblem } from './refuse';

/** What keeps a value from being a duration of whole seconds, or nothing. */
export function secondsProblem(value: unknown): string | undefined {
  if (typeof (value as Duration | undefined)?.toSeconds !== 'function') {
    return `must be a Duration such as Duration.seconds(30), got ${shown(value)}`;
  }
  const problem = wholeNumberProblem((value as Duration).toSeconds({ integral: false }));
  return problem && `in seconds ${problem}`;
}
