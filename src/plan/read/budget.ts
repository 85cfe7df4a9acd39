import { InputProblem } from './problem';

/** The most values that one text may have: a few bytes each there, and a hundred times as many in memory. */
const MOST_VALUES = 2_000_000;

/** How many values may still come, in all documents of a text. */
export class Budget {
  private left = MOST_VALUES;

  /** Counts one more. */
  public take(where: () => string): void {
    if (this.left-- === 0) {
      throw new InputProblem(where(), `more than ${MOST_VALUES} values are not read: give fewer objects at a time`);
    }
  }
}
