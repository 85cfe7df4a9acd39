import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { resourceRequirements } from '../../src/private/container';
import { newChart } from '../util';

const { Cpu } = kplus;

/** What a manifest would say. */
function written(resources: kplus.ContainerResources): unknown {
  const spec = resourceRequirements(new Construct(newChart(), 'x'), 'main', resources);
  return kplus.k8s.toJson_ResourceRequirements(spec);
}

describe('resourceRequirements', () => {
  test('is nothing where nothing is stated', () => {
    expect(written({})).toBeUndefined();
    expect(written({ cpu: {}, memory: {}, ephemeralStorage: {} })).toBeUndefined();
  });

  test('has requests and limits of all three resources', () => {
    expect(written({
      cpu: { request: Cpu.millis(250), limit: Cpu.units(2) },
      memory: { request: Size.mebibytes(512), limit: Size.gibibytes(2) },
      ephemeralStorage: { request: Size.gibibytes(1), limit: Size.gibibytes(4) },
    })).toEqual({
      requests: { 'cpu': '250m', 'memory': '512Mi', 'ephemeral-storage': '1Gi' },
      limits: { 'cpu': '2', 'memory': '2Gi', 'ephemeral-storage': '4Gi' },
    });
  });

  test('leaves out what is not stated', () => {
    expect(written({ memory: { request: Size.gibibytes(1) } })).toEqual({ requests: { memory: '1Gi' } });
    expect(written({ memory: { limit: Size.gibibytes(1) } })).toEqual({ limits: { memory: '1Gi' } });
    expect(written({ cpu: { request: Cpu.units(1) }, memory: { limit: Size.gibibytes(1) } }))
      .toEqual({ requests: { cpu: '1' }, limits: { memory: '1Gi' } });
  });

  test('says amounts that cdk8s-plus cannot', () => {
    expect(written({ memory: { request: Size.kibibytes(1500) }, ephemeralStorage: { limit: Size.mebibytes(500) } }))
      .toEqual({ requests: { memory: '1500Ki' }, limits: { 'ephemeral-storage': '500Mi' } });
  });

  test('accepts a limit that is the request', () => {
    const memory = { request: Size.gibibytes(1), limit: Size.mebibytes(1024) };
    expect(written({ cpu: { request: Cpu.millis(1500), limit: Cpu.units(1.5) }, memory }))
      .toEqual({ requests: { cpu: '1500m', memory: '1Gi' }, limits: { cpu: '1.5', memory: '1Gi' } });
    expect(written({ cpu: { request: Cpu.units(1.5), limit: Cpu.millis(1500) } })).toEqual({ requests: { cpu: '1.5' }, limits: { cpu: '1500m' } });
  });

  test.each<[string, kplus.ContainerResources, RegExp]>([
    ['cpu', { cpu: { request: Cpu.units(2), limit: Cpu.millis(1999) } },
      /^\[test\/x\] container 'main' requests 2 of cpu and is limited to 1999m: a limit must not be below the request$/],
    ['memory', { memory: { request: Size.gibibytes(1), limit: Size.mebibytes(1023) } },
      /^\[test\/x\] container 'main' requests 1Gi of memory and is limited to 1023Mi: a limit must not be below the request$/],
    ['ephemeral storage', { ephemeralStorage: { request: Size.tebibytes(1), limit: Size.gibibytes(2) } },
      /^\[test\/x\] container 'main' requests 1Ti of ephemeral-storage and is limited to 2Gi: a limit must not be below the request$/],
  ])('fails when the limit of %s is below the request', (_, resources, message) => {
    expect(() => written(resources)).toThrow(message);
  });

  test('fails exactly when a limit is below the request, in whatever units they are said', () => {
    const cpu = fc.integer({ min: 1, max: 9000 }).map(millis => ({ millis, cpu: millis % 2 === 0 ? Cpu.units(millis / 1000) : Cpu.millis(millis) }));
    fc.assert(fc.property(cpu, cpu, (request, limit) => {
      const write = () => written({ cpu: { request: request.cpu, limit: limit.cpu } });
      if (request.millis <= limit.millis) {
        expect(write()).toEqual({ requests: { cpu: request.cpu.amount }, limits: { cpu: limit.cpu.amount } });
      } else {
        expect(write).toThrow(/^\[test\/x\] .* a limit must not be below the request$/);
      }
    }));
  });
});
