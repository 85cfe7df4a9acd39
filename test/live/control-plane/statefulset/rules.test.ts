import { actionsOf, DOCS, ISSUES, PodState, READY_SINCE, SOURCE, statefulSet } from './fixtures';

interface Rule {
  readonly rule: string;
  readonly source: string;
  readonly set?: object;
  readonly pods?: Record<number, PodState>;
  /** Seconds since the pods became ready. */
  readonly after?: number;
  readonly does: string[];
}

const parallel = { podManagementPolicy: 'Parallel' };
const partition = (value: number) => ({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: value } } });

/** Every pod that is new is of revision `new`, what was there before is of `old`. */
const rules: Record<string, Rule[]> = {
  'of an ordered set': [
    { rule: 'the pod of the first ordinal is made alone', source: `${DOCS}#deployment-and-scaling-guarantees`, does: ['create web-0 of new'] },
    {
      rule: 'the next is not made while one before it is not running and ready',
      source: `${DOCS}#deployment-and-scaling-guarantees`,
      pods: { 0: 'ready@new', 1: 'running@new' },
      does: ['wait for web-1 to be running and ready'],
    },
    {
      rule: 'the next is made when all before it are ready',
      source: `${DOCS}#deployment-and-scaling-guarantees`,
      pods: { 0: 'ready@new', 1: 'ready@new' },
      does: ['create web-2 of new'],
    },
    {
      rule: 'a gap below is filled before anything above is made',
      source: `${SOURCE}stateful_set_control.go processReplica`,
      set: { replicas: 4 },
      pods: { 1: 'ready@new', 2: 'ready@new' },
      does: ['create web-0 of new'],
    },
    {
      rule: 'a pod that terminates is waited for until it is gone',
      source: `${SOURCE}stateful_set_control.go processReplica`,
      pods: { 0: 'terminating@new', 1: 'ready@new' },
      does: ['wait for web-0 to terminate'],
    },
    {
      rule: 'scaling in deletes the highest ordinal alone',
      source: `${DOCS}#deployment-and-scaling-guarantees`,
      set: { replicas: 1 },
      pods: { 0: 'ready@new', 1: 'ready@new', 2: 'ready@new' },
      does: ['delete web-2'],
    },
    {
      rule: 'scaling in waits until the one above is gone',
      source: `${DOCS}#deployment-and-scaling-guarantees`,
      set: { replicas: 1 },
      pods: { 0: 'ready@new', 1: 'ready@new', 2: 'terminating@new' },
      does: ['wait for web-2 to terminate prior to scale down'],
    },
    {
      rule: 'scaling in waits for a pod that stays to be ready',
      source: `${DOCS}#deployment-and-scaling-guarantees`,
      set: { replicas: 1 },
      pods: { 0: 'running@new', 1: 'ready@new' },
      does: ['wait for web-0 to be running and ready'],
    },
    {
      rule: 'scaling in deletes the only pod that is not ready when it is the one to go',
      source: `${SOURCE}stateful_set_control.go processCondemned`,
      set: { replicas: 1 },
      pods: { 0: 'ready@new', 1: 'ready@new', 2: 'running@new' },
      does: ['delete web-2'],
    },
    {
      rule: 'scaling in waits when one that is not ready has another such below it',
      source: `${SOURCE}stateful_set_control.go processCondemned`,
      set: { replicas: 1 },
      pods: { 0: 'ready@new', 1: 'running@new', 2: 'running@new' },
      does: ['wait for web-1 to be running, ready and available prior to scale down'],
    },
    {
      rule: 'scaling in waits for ever when two that are to go have ended, for neither becomes ready again',
      source: `${SOURCE}stateful_set_control.go processCondemned`,
      set: { replicas: 0 },
      pods: { 0: 'failed@new', 1: 'failed@new' },
      does: ['wait for web-0 to be running, ready and available prior to scale down'],
    },
  ],
  'of a parallel set': [
    { rule: 'all pods are made at once', source: `${DOCS}#parallel-pod-management`, set: parallel, does: ['create web-0 of new', 'create web-1 of new', 'create web-2 of new', 'wait for web-2 to update'] },
    {
      rule: 'scaling in deletes all at once, from the highest ordinal down, whatever state others are in',
      source: `${DOCS}#parallel-pod-management`,
      set: { ...parallel, replicas: 1 },
      pods: { 0: 'running@new', 1: 'ready@new', 2: 'running@new' },
      does: ['delete web-2', 'delete web-1', 'wait for web-0 to update'],
    },
    {
      rule: 'an update goes on in order all the same, and one pod at a time',
      source: `${ISSUES}96218`,
      set: parallel,
      pods: { 0: 'running@old', 1: 'ready@old', 2: 'ready@old' },
      does: ['delete web-2'],
    },
  ],
  'of ended pods': [
    { rule: 'one that failed is deleted', source: `${SOURCE}stateful_set_control.go processReplica`, pods: { 0: 'failed@new' }, does: ['delete web-0'] },
    { rule: 'one that succeeded is deleted too', source: `${SOURCE}stateful_set_control.go processReplica`, pods: { 0: 'succeeded@new' }, does: ['delete web-0'] },
    {
      rule: 'of a parallel set it is deleted once, also if it is to be updated',
      source: `${SOURCE}stateful_set_control.go processReplica`,
      set: { ...parallel, replicas: 1 },
      pods: { 0: 'failed@old' },
      does: ['delete web-0', 'wait for web-0 to update'],
    },
  ],
  'of updates': [
    {
      rule: 'the highest ordinal is deleted first',
      source: `${DOCS}#rolling-updates`,
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@old' },
      does: ['delete web-2'],
    },
    {
      rule: 'the next lower one is deleted when those above are updated and ready',
      source: `${DOCS}#rolling-updates`,
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@new' },
      does: ['delete web-1'],
    },
    {
      rule: 'a parallel set too waits for the updated pod to be ready',
      source: `${DOCS}#rolling-updates`,
      set: parallel,
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'running@new' },
      does: ['wait for web-2 to update'],
    },
    {
      rule: 'scaling takes precedence over them',
      source: `${SOURCE}stateful_set_control.go updateStatefulSet`,
      set: { replicas: 2 },
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@old' },
      does: ['delete web-2'],
    },
    {
      rule: 'an ordered set waits for a broken pod for ever, although its template was mended',
      source: `${ISSUES}67250`,
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'running@broken' },
      does: ['wait for web-2 to be running and ready'],
    },
    {
      rule: 'a pod that was broken comes back mended once a person deletes it',
      source: `${DOCS}#forced-rollback`,
      pods: { 0: 'ready@old', 1: 'ready@old' },
      does: ['create web-2 of new'],
    },
    {
      rule: 'a parallel set replaces a broken pod when its template is mended',
      source: `${ISSUES}67250`,
      set: parallel,
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'running@broken' },
      does: ['delete web-2'],
    },
  ],
  'of partitions': [
    { rule: 'the ordinal that equals it is updated', source: `${DOCS}#partitions`, set: partition(2), pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@old' }, does: ['delete web-2'] },
    { rule: 'ordinals below it are left alone', source: `${DOCS}#partitions`, set: partition(2), pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@new' }, does: [] },
    { rule: 'one that is not below the replicas updates nothing', source: `${DOCS}#partitions`, set: partition(3), pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@old' }, does: [] },
    { rule: 'a pod below it comes back as it was', source: `${ISSUES}119685`, set: { ...partition(1), replicas: 2 }, pods: { 1: 'ready@new' }, does: ['create web-0 of old'] },
    {
      rule: 'it counts from the first ordinal',
      source: `${ISSUES}128529`,
      set: { ...parallel, ...partition(1), ordinals: { start: 5 } },
      does: ['create web-5 of old', 'create web-6 of new', 'create web-7 of new', 'wait for web-7 to update'],
    },
  ],
  'of other fields': [
    {
      rule: 'OnDelete deletes no pod to update it',
      source: `${DOCS}#update-strategies`,
      set: { updateStrategy: { type: 'OnDelete' } },
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@old' },
      does: [],
    },
    {
      rule: 'OnDelete makes what a person deleted of the new template',
      source: `${DOCS}#update-strategies`,
      set: { updateStrategy: { type: 'OnDelete' } },
      pods: { 0: 'ready@old', 2: 'ready@old' },
      does: ['create web-1 of new'],
    },
    { rule: 'ordinals begin where they are told to', source: `${DOCS}#start-ordinal`, set: { ordinals: { start: 5 } }, pods: { 5: 'ready@new' }, does: ['create web-6 of new'] },
    {
      rule: 'pods below a start that was raised are deleted, highest first, after the new ones are there',
      source: `${DOCS}#start-ordinal`,
      set: { ordinals: { start: 2 }, replicas: 2 },
      pods: { 0: 'ready@new', 1: 'ready@new', 2: 'ready@new', 3: 'ready@new' },
      does: ['delete web-1'],
    },
    {
      rule: 'the next pod is not made before one was ready for minReadySeconds',
      source: `${DOCS}#minimum-ready-seconds`,
      set: { minReadySeconds: 10 },
      pods: { 0: 'ready@new' },
      after: 10,
      does: ['wait for web-0 to be available'],
    },
    {
      rule: 'the next pod is made after minReadySeconds',
      source: `${DOCS}#minimum-ready-seconds`,
      set: { minReadySeconds: 10 },
      pods: { 0: 'ready@new' },
      after: 10.001,
      does: ['create web-1 of new'],
    },
    {
      rule: 'a parallel set waits for minReadySeconds when it updates',
      source: `${ISSUES}119234`,
      set: { ...parallel, minReadySeconds: 10 },
      pods: { 0: 'ready@old', 1: 'ready@old', 2: 'ready@new' },
      after: 5,
      does: ['wait for web-2 to update'],
    },
  ],
};

describe.each(Object.entries(rules))('The rules %s', (_, cases) => {
  test.each(cases)('$rule', ({ set, pods = {}, after = 3600, does }) => {
    expect(actionsOf(statefulSet(set), pods, { now: READY_SINCE + after * 1000 })).toEqual(does);
  });
});
