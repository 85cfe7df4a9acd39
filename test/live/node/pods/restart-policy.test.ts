import { restartsAfter } from './restart-policy';

test.each([
  ['Always', false, [true, true]],
  ['Always', true, [false, true]],
  ['OnFailure', false, [false, true]],
  ['OnFailure', true, [false, true]],
  ['Never', false, [false, false]],
  ['Never', true, [false, false]],
])('with restartPolicy %s (init container: %s) it restarts after success and failure: %s', (restartPolicy, isInit, restarts) => {
  expect([0, 1].map(exitCode => restartsAfter(restartPolicy, isInit, exitCode))).toEqual(restarts);
});
