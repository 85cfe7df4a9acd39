import * as fc from 'fast-check';
import { canonicalQuantity, isSameAmount, nanosOf } from '../../../src/plan/model/quantity';
import { amountOf } from '../../live/control-plane/quantity';

test.each([
  ['1024Mi', '1Gi'], ['0.5Gi', '512Mi'], ['1500m', '1500m'], ['0.5', '500m'], ['1000', '1k'], ['2000m', '2'], ['1.5', '1500m'], ['0', '0'], ['0Gi', '0'],
  ['1e3', '1e3'], ['-1Gi', '-1Gi'], ['0.3Ki', '307200m'], [2, '2'], ['x', 'x'], [true, true], ['1025Ki', '1025Ki'], ['1E', '1E'], ['.5', '500m'],
])('%j is kept as %j', (quantity, kept) => {
  expect(canonicalQuantity(quantity)).toBe(kept);
});

test('an amount is the same, however it is written', () => {
  const units = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi');
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), units, fc.constantFrom('', 'e2'), (number, unit, exponent) => {
    const quantity = `${number}${unit === '' ? exponent : unit}`;
    expect(Number(nanosOf(quantity)) / 1e9 / amountOf(quantity)).toBeCloseTo(1, 9);
    expect(isSameAmount(canonicalQuantity(quantity), quantity)).toBe(true);
  }));
  expect(isSameAmount('1Gi', '1G')).toBe(false);
  expect(isSameAmount('x', 'x')).toBe(false);
});
