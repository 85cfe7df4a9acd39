import { ObjectStore } from './store';

/** The longest time a timer of Node.js can wait; it would ring at once for a longer one. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Makes a controller look again at everything whenever an object of its kinds has changed.
 *
 * It looks once for any number of changes, as soon as those who made them are through, so that watchers hear of changes in the order in which they were
 * made. It is a microtask: no request that comes later is answered before. What the controller itself changes makes it look again, until nothing changes.
 */
export class Reconciler {
  private unwatch?: () => void;
  private timer?: NodeJS.Timeout;
  private due = false;

  /** @param reconcile returns after how many milliseconds it wants to look again although nothing has changed, if at all */
  constructor(private readonly store: ObjectStore, private readonly kinds: readonly string[], private readonly reconcile: () => number | undefined) {}

  start(): void {
    this.unwatch ??= this.store.watch(({ object }) => {
      if (this.kinds.includes(object.kind)) {
        this.schedule();
      }
    });
    this.schedule();
  }

  stop(): void {
    this.unwatch?.();
    this.unwatch = undefined;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (!this.due) {
      this.due = true;
      queueMicrotask(() => this.run());
    }
  }

  private run(): void {
    this.due = false;
    if (!this.unwatch) {
      return;
    }
    clearTimeout(this.timer);
    const again = this.reconcile();
    if (again !== undefined) {
      this.timer = setTimeout(() => this.schedule(), Math.min(again, LONGEST_TIMER));
    }
  }
}
