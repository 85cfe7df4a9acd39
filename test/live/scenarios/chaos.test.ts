import fc from 'fast-check';
import { Fault, faultsOf, takenBy, tolerated } from './chaos';

const seeds = fc.integer();
const kinds = (faults: readonly Fault[]) => new Set(faults.map(({ kind }) => kind));

/** The faults, parted where all is well again, each part with the sizes that the cluster has in it. */
function parts(faults: readonly Fault[], replicas = 3): { faults: Fault[]; sizes: number[] }[] {
  const found = [{ faults: [] as Fault[], sizes: [replicas] }];
  for (const fault of faults) {
    const part = found.at(-1)!;
    part.faults.push(fault);
    if (fault.kind === 'scale') {
      part.sizes.push(fault.replicas);
    }
    if (fault.then === 'ready') {
      found.push({ faults: [], sizes: [part.sizes.at(-1)!] });
    }
  }
  return found;
}

describe('the faults of a seed', () => {
  test('are as many as asked for, and end in a cluster that is well', () => {
    fc.assert(fc.property(seeds, fc.integer({ min: 1, max: 200 }), (seed, count) => {
      const faults = faultsOf(seed, count);
      expect(faults).toHaveLength(count);
      expect(faults.at(-1)!.then).toBe('ready');
    }));
  });

  test('are the same each time, and others for another seed', () => {
    expect(faultsOf(7, 40)).toEqual(faultsOf(7, 40));
    expect(faultsOf(7, 40)).not.toEqual(faultsOf(8, 40));
  });

  test('are of every kind in two hundred', () => {
    fc.assert(fc.property(seeds, seed => {
      expect([...kinds(faultsOf(seed, 200))].sort()).toEqual(['cutApi', 'cutLink', 'delete', 'deleteAll', 'kill', 'restart', 'scale', 'wipe']);
    }), { numRuns: 50 });
  });

  test('never take more members at once than the smallest size since all was well can lose', () => {
    fc.assert(fc.property(seeds, seed => {
      for (const { faults, sizes } of parts(faultsOf(seed, 200))) {
        const ordinals = faults.flatMap(fault => ('ordinal' in fault ? [fault.ordinal] : []));
        expect(faults.reduce((sum, fault) => sum + takenBy(fault), 0)).toBeLessThanOrEqual(tolerated(sizes));
        expect(new Set(ordinals).size).toBe(ordinals.length);
      }
    }));
  });

  test('only strike members that were there all the time since all was well', () => {
    fc.assert(fc.property(seeds, seed => {
      for (const { faults, sizes: [size] } of parts(faultsOf(seed, 200))) {
        let smallest = size;
        for (const fault of faults) {
          smallest = Math.min(smallest, fault.kind === 'scale' ? fault.replicas : smallest);
          expect('ordinal' in fault ? fault.ordinal : 0).toBeLessThan(smallest);
        }
      }
    }));
  });

  test('scale nobody in, out and in again before all is well', () => {
    fc.assert(fc.property(seeds, seed => {
      for (const { sizes } of parts(faultsOf(seed, 200))) {
        const ways = sizes.slice(1).map((size, i) => (size < sizes[i] ? 'in' : 'out')).join(' ');
        expect(ways).not.toMatch(/\bin\b.*\bout\b.*\bin\b/);
      }
    }));
  });

  test('scale nobody in who would have no majority to leave by', () => {
    fc.assert(fc.property(seeds, seed => {
      for (const { faults, sizes: [first] } of parts(faultsOf(seed, 200))) {
        let size = first;
        let haveStopped = false;
        for (const fault of faults) {
          if (fault.kind === 'scale') {
            expect(haveStopped && fault.replicas < size).toBe(false);
            size = fault.replicas;
          }
          haveStopped ||= fault.kind === 'deleteAll';
        }
      }
    }));
  });

  test('scale to another size each time, among those that are given', () => {
    fc.assert(fc.property(seeds, seed => {
      let size = 5;
      for (const fault of faultsOf(seed, 100, { replicas: 5, sizes: [3, 5] })) {
        if (fault.kind === 'scale') {
          expect([3, 5].filter(other => other !== size)).toContain(fault.replicas);
          size = fault.replicas;
        }
      }
    }));
  });

  test('take nothing from a cluster of one or two', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map(size => tolerated([size]))).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect(tolerated([7, 2, 5])).toBe(0);
    const disruptions = kinds(faultsOf(1, 200, { replicas: 1, sizes: [1, 2] }));
    expect([...disruptions].sort()).toEqual(['cutApi', 'deleteAll', 'scale']);
  });
});
