import { withLock } from './lock';

test('withLock fails where the file cannot be', async () => {
  const action = jest.fn();
  await expect(withLock('/nonexistent/lock', action)).rejects.toThrow(/could not lock '\/nonexistent\/lock'|spawn flock ENOENT/);
  expect(action).not.toHaveBeenCalled();
});
