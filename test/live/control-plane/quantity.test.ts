import { amountOf } from './quantity';

describe('amountOf', () => {
  test.each([
    ['0', 0], ['3', 3], ['1.5', 1.5], ['.5', 0.5], ['5.', 5], ['-2', -2],
    ['250m', 0.25], ['100u', 1e-4], ['7n', 7e-9],
    ['1k', 1000], ['2M', 2e6], ['10G', 1e10], ['1T', 1e12], ['1P', 1e15], ['1E', 1e18],
    ['1Ki', 1024], ['64Mi', 67108864], ['2Gi', 2147483648], ['1.5Gi', 1610612736], ['1Ti', 2 ** 40], ['1Pi', 2 ** 50], ['1Ei', 2 ** 60],
    ['1e3', 1000], ['1E3', 1000], ['12e-1', 1.2],
  ])('%s is %d', (quantity, amount) => {
    expect(amountOf(quantity)).toBeCloseTo(amount, 12);
  });

  test('a number, as YAML may have it, is itself', () => {
    expect(amountOf(2)).toBe(2);
  });

  test.each(['', 'Gi', '1 Gi', '1gi', '1KI', '1e', '1.2.3', '1MiB'])('fails when it gets %p', quantity => {
    expect(() => amountOf(quantity)).toThrow(/a quantity must be a number with a unit such as 500m or 2Gi, got ".*"/);
  });
});
