import { limitsOf } from './limits';

describe('limitsOf', () => {
  test('reads limits and not requests', () => {
    expect(limitsOf({ resources: { limits: { memory: '64Mi' }, requests: { cpu: '2' } } })).toEqual({ memoryLimit: 67108864 });
    expect(limitsOf({ resources: { limits: { cpu: '1500m' } } })).toEqual({ cpuLimit: 1.5 });
  });

  test('limits nothing that is not limited', () => {
    expect(limitsOf({})).toEqual({});
  });
});
