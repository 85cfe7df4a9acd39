import { amountOf } from '../../control-plane/quantity';

export interface ResourceLimits {
  /** In bytes. */
  readonly memoryLimit?: number;
  /** In cores. */
  readonly cpuLimit?: number;
}

/** What a container may use at most. Requests are for a scheduler, which has nothing to choose between on one node. */
export function limitsOf(container: any): ResourceLimits {
  const { memory, cpu } = container.resources?.limits ?? {};
  return {
    ...memory !== undefined && { memoryLimit: Math.ceil(amountOf(memory)) },
    ...cpu !== undefined && { cpuLimit: amountOf(cpu) },
  };
}
