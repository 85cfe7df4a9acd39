import { ProbeTry } from './probe';
import { Prober } from './prober';

const OFTEN = { initialDelaySeconds: 0, periodSeconds: 1, successThreshold: 1, failureThreshold: 3, timeoutSeconds: 1 };
const FAILURE: ProbeTry = { outcome: 'failure', message: 'no' };
const SUCCESS: ProbeTry = { outcome: 'success', message: '' };

describe('Prober', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  /** A prober, and all that it says, each with the second in which it did. */
  function probing(container: any, answer: (kind: string, second: number) => ProbeTry, pace = 1) {
    const said: string[] = [];
    const start = performance.now();
    const second = () => Math.round((performance.now() - start) / 10) / 100;
    const say = (what: string) => said.push(`${second()} ${what}`);
    const attempt = async (probe: any) => {
      const kind = Object.keys(container).find(key => container[key] === probe)!;
      say(`try ${kind}`);
      return answer(kind, second());
    };
    const prober = new Prober(container, pace, attempt, {
      started: () => say('started'),
      ready: ready => say(`ready ${ready}`),
      failed: kind => say(`failed ${kind}`),
      unhealthy: message => say(message),
    });
    prober.start();
    return { prober, said };
  }

  test('takes a container without probes for started and ready at once', () => {
    expect(probing({}, () => SUCCESS).said).toEqual(['0 started', '0 ready true']);
  });

  test('probes first after the initial delay, and then every period', async () => {
    const { said } = probing({ readinessProbe: { ...OFTEN, initialDelaySeconds: 5, periodSeconds: 10 } }, () => SUCCESS);
    await jest.advanceTimersByTimeAsync(15_000);
    expect(said).toEqual(['0 started', '5 try readinessProbe', '5 ready true', '15 try readinessProbe', '15 ready true']);
  });

  test('lets delays and periods pass faster', async () => {
    const { said } = probing({ readinessProbe: { ...OFTEN, initialDelaySeconds: 5, periodSeconds: 10 } }, () => SUCCESS, 10);
    await jest.advanceTimersByTimeAsync(1_500);
    expect(said.filter(line => line.includes('try'))).toEqual(['0.5 try readinessProbe', '1.5 try readinessProbe']);
  });

  test('makes no other probe before the startup probe succeeds, and then no startup probe', async () => {
    const container = { startupProbe: { ...OFTEN }, readinessProbe: { ...OFTEN }, livenessProbe: { ...OFTEN } };
    const { said } = probing(container, (kind, second) => kind === 'startupProbe' && second < 2 ? FAILURE : SUCCESS);
    await jest.advanceTimersByTimeAsync(3_500);
    expect(said).toEqual([
      '0 try startupProbe', '0 Startup probe failed: no',
      '1 try startupProbe', '1 Startup probe failed: no',
      '2 try startupProbe', '2 started', '2 try readinessProbe', '2 ready true', '2 try livenessProbe',
      '3 try readinessProbe', '3 ready true', '3 try livenessProbe',
    ]);
  });

  test('gives up when the startup probe failed as often as it may', async () => {
    const { said } = probing({ startupProbe: { ...OFTEN }, livenessProbe: { ...OFTEN } }, () => FAILURE);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(said.filter(line => line.includes('try'))).toEqual(['0 try startupProbe', '1 try startupProbe', '2 try startupProbe']);
    expect(said.at(-1)).toBe('2 failed startup');
  });

  test('tells once that the liveness probe failed', async () => {
    const { said } = probing({ livenessProbe: { ...OFTEN, failureThreshold: 1 } }, () => FAILURE);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(said.slice(2)).toEqual(['0 try livenessProbe', '0 Liveness probe failed: no', '0 failed liveness']);
  });

  test('says that a probe errored, and goes on', async () => {
    const { said } = probing({ livenessProbe: { ...OFTEN, failureThreshold: 1 } }, () => ({ outcome: 'unknown', message: 'no such program' }));
    await jest.advanceTimersByTimeAsync(1_000);
    expect(said.filter(line => line.includes('errored'))).toEqual(['0 Liveness probe errored: no such program', '1 Liveness probe errored: no such program']);
  });

  test('goes on with readiness alone when the container is being ended', async () => {
    const { prober, said } = probing({ readinessProbe: { ...OFTEN }, livenessProbe: { ...OFTEN } }, () => SUCCESS);
    await jest.advanceTimersByTimeAsync(0);
    prober.stopKilling();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(said.filter(line => line.startsWith('1'))).toEqual(['1 try readinessProbe', '1 ready true']);
  });

  test('says nothing more when it is stopped', async () => {
    const { prober, said } = probing({ readinessProbe: OFTEN }, () => SUCCESS);
    prober.stop();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(said).toEqual(['0 started']);
  });
});
