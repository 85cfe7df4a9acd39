import { endContainer, GracePeriod } from './termination';

describe('endContainer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** Ends a container that goes with one of the signals, and tells what it was sent, and when. */
  function ending(graceSeconds: number, options: { endsWith?: NodeJS.Signals; preStopSeconds?: number; preStopFails?: boolean } = {}) {
    const { endsWith = 'SIGTERM', preStopSeconds = 0, preStopFails = false } = options;
    const start = performance.now();
    const sent: string[] = [];
    let exit: (status: any) => void;
    const exited = new Promise<any>(resolve => exit = resolve);
    const signal = (name: NodeJS.Signals) => {
      sent.push(`${Math.round((performance.now() - start) / 100) / 10} ${name}`);
      if (name === endsWith) {
        exit({});
      }
    };
    const grace = new GracePeriod(graceSeconds);
    const preStop = () => new Promise<void>((resolve, reject) => setTimeout(preStopFails ? () => reject(new Error('no')) : resolve, preStopSeconds * 1000));
    const preStopFailed = ({ message }: Error) => sent.push(`hook failed: ${message}`);
    const ended = endContainer({ signal, exited }, { stopSignal: 'SIGTERM', grace, preStop, preStopFailed });
    return { grace, sent, ended, exit: () => exit({}) };
  }

  test('asks first, and needs not insist', async () => {
    const { sent } = ending(30);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent[0]).toBe('0 SIGTERM');
  });

  test('kills when the grace period is over', async () => {
    const { sent, ended } = ending(30, { endsWith: 'SIGKILL' });
    await jest.advanceTimersByTimeAsync(60_000);
    await ended;
    expect(sent).toEqual(['0 SIGTERM', '30 SIGKILL']);
  });

  test('runs the hook first, in the same grace period', async () => {
    const { sent } = ending(30, { endsWith: 'SIGKILL', preStopSeconds: 10 });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(['10 SIGTERM', '30 SIGKILL']);
  });

  test('gives two more seconds after a hook that took too long', async () => {
    const { sent } = ending(5, { endsWith: 'SIGKILL', preStopSeconds: 60 });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(['5 SIGTERM', '7 SIGKILL']);
  });

  test('tells that the hook failed, and goes on', async () => {
    const { sent } = ending(30, { preStopSeconds: 1, preStopFails: true });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent.slice(0, 2)).toEqual(['hook failed: no', '1 SIGTERM']);
  });

  test('does not tell of a hook that failed when its time was over', async () => {
    const { sent } = ending(5, { preStopSeconds: 6, preStopFails: true });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent[0]).toBe('5 SIGTERM');
    expect(sent).not.toContain('hook failed: no');
  });

  test('gives two seconds to what is deleted without grace', async () => {
    const { sent } = ending(0, { endsWith: 'SIGKILL' });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(['0 SIGTERM', '2 SIGKILL']);
  });

  test('kills earlier when the grace period is made shorter, and not later when it is made longer', async () => {
    const { grace, sent } = ending(30, { endsWith: 'SIGKILL' });
    await jest.advanceTimersByTimeAsync(3_000);
    grace.shorten(60);
    grace.shorten(5);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(['0 SIGTERM', '8 SIGKILL']);
  });

  test('waits neither for the hook nor for the grace period when the container ends by itself', async () => {
    const { ended, exit } = ending(30, { preStopSeconds: 20 });
    exit();
    await expect(ended).resolves.toBeUndefined();
  });
});
