import { BackOff, pause } from './back-off';

/** The waits of what fails again as soon as it was tried. */
function waitsOf(backOff: BackOff, failures: number): number[] {
  let now = 0;
  return Array.from({ length: failures }, () => {
    const wait = backOff.after(now);
    now += wait;
    return wait;
  });
}

describe('BackOff', () => {
  test('restarts a container at once, then after ten seconds and twice as long each time, up to five minutes', () => {
    expect(waitsOf(BackOff.ofRestarts(), 9)).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  test('waits before the first new try of a pull', () => {
    expect(waitsOf(BackOff.ofPulls(), 3)).toEqual([10, 20, 40]);
  });

  test('tries mounts again after half a second', () => {
    expect(waitsOf(BackOff.ofMounts(), 3)).toEqual([0.5, 1, 2]);
  });

  test('forgets the past of a container that ran for more than ten minutes', () => {
    const backOff = BackOff.ofRestarts();
    backOff.after(0);
    backOff.after(1);
    expect(backOff.after(11 + 601)).toBe(0);
  });

  test('remembers the past of a container that ran for ten minutes', () => {
    const backOff = BackOff.ofRestarts();
    backOff.after(0);
    backOff.after(1);
    expect(backOff.after(11 + 600)).toBe(20);
  });
});

describe('pause', () => {
  test('ends when it is told to', async () => {
    const controller = new AbortController();
    const paused = pause(60_000, controller.signal);
    controller.abort();
    await expect(paused).resolves.toBeUndefined();
  });
});
