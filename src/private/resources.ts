import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { unlessEmpty } from './manifests';
import { kibibytesOf, quantityOf } from './quantity';
import { refuse } from './refuse';

interface Amount {
  /** As manifests write it. */
  readonly text: string;
  /** In a unit that amounts of the same resource share. */
  readonly size: number;
}

/** What a container asks for, in the units that it was said in; nothing if it states nothing. */
export function resourceRequirements(
  at: IConstruct, container: string, resources: kplus.ContainerResources,
): kplus.k8s.ResourceRequirements | undefined {
  const { cpu, memory, ephemeralStorage } = resources;
  const requests: Record<string, kplus.k8s.Quantity> = {};
  const limits: Record<string, kplus.k8s.Quantity> = {};
  const add = (resource: string, request: Amount | undefined, limit: Amount | undefined) => {
    if (request !== undefined && limit !== undefined && request.size > limit.size) {
      refuse(at, `container '${container}' requests ${request.text} of ${resource} and is limited to ${limit.text}: a limit must not be below the request`);
    }
    if (request !== undefined) {
      requests[resource] = kplus.k8s.Quantity.fromString(request.text);
    }
    if (limit !== undefined) {
      limits[resource] = kplus.k8s.Quantity.fromString(limit.text);
    }
  };
  add('cpu', cpuAmount(cpu?.request), cpuAmount(cpu?.limit));
  add('memory', sizeAmount(memory?.request), sizeAmount(memory?.limit));
  add('ephemeral-storage', sizeAmount(ephemeralStorage?.request), sizeAmount(ephemeralStorage?.limit));
  return unlessEmpty({ ...(unlessEmpty(requests) && { requests }), ...(unlessEmpty(limits) && { limits }) });
}

function cpuAmount(cpu: kplus.Cpu | undefined): Amount | undefined {
  return cpu && { text: cpu.amount, size: cpu.amount.endsWith('m') ? parseFloat(cpu.amount) : parseFloat(cpu.amount) * 1000 };
}

function sizeAmount(size: Size | undefined): Amount | undefined {
  return size && { text: quantityOf(size), size: kibibytesOf(size) };
}
