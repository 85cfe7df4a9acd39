import { probed, ProbeOutcome, ProbeState, UNPROBED } from './probe-state';

const THRESHOLDS = { successThreshold: 2, failureThreshold: 3 };

/** Outcomes by their first letters, to the result after each. */
function resultsOf(outcomes: string): ProbeOutcome[] {
  let state: ProbeState = UNPROBED;
  return [...outcomes].map(letter => {
    state = probed(state, letter === 's' ? 'success' : letter === 'f' ? 'failure' : 'unknown', THRESHOLDS);
    return state.result;
  });
}

describe('probed', () => {
  test('succeeds with the successThreshold-th success in a row', () => {
    expect(resultsOf('ss')).toEqual(['unknown', 'success']);
    expect(resultsOf('sfs')).toEqual(['unknown', 'unknown', 'unknown']);
  });

  test('fails with the failureThreshold-th failure in a row', () => {
    expect(resultsOf('ssfff')).toEqual(['unknown', 'success', 'success', 'success', 'failure']);
    expect(resultsOf('ssffsff')).not.toContain('failure');
  });

  test('stays failed until enough tries succeed in a row', () => {
    expect(resultsOf('fffsfss').slice(2)).toEqual(['failure', 'failure', 'failure', 'failure', 'success']);
  });

  test('throws tries away that could not be made', () => {
    expect(resultsOf('ufufuf')).toEqual(['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'failure']);
  });
});
