/** What one try of a probe said. `unknown` if it could not be made, as of a program that is not in the image. */
export type ProbeOutcome = 'success' | 'failure' | 'unknown';

export interface ProbeThresholds {
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** What is known of a container by one of its probes. */
export interface ProbeState {
  /** What counts: it changes only when enough tries in a row said so. */
  readonly result: ProbeOutcome;
  readonly lastOutcome: ProbeOutcome;
  /** How many tries in a row had that outcome. */
  readonly run: number;
}

export const UNPROBED: ProbeState = { result: 'unknown', lastOutcome: 'unknown', run: 0 };

/**
 * What is known after one more try. A try that could not be made leaves everything as it was.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.27.0/pkg/kubelet/prober/worker.go `doProbe`
 */
export function probed(state: ProbeState, outcome: ProbeOutcome, { successThreshold, failureThreshold }: ProbeThresholds): ProbeState {
  if (outcome === 'unknown') {
    return state;
  }
  const run = outcome === state.lastOutcome ? state.run + 1 : 1;
  const threshold = outcome === 'success' ? successThreshold : failureThreshold;
  return { result: run < threshold ? state.result : outcome, lastOutcome: outcome, run };
}
