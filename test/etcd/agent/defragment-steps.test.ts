import * as fc from 'fast-check';
import { Found, mebibytes, nextStep, Scene, Step, troubleOf } from '../../../src/etcd/agent/defragment-steps';
import { Status } from '../../../src/etcd/agent/etcd-api';

const MIB = 1024 * 1024;
const CLUSTER = '77';

function statusOf(id: string, leader: string | undefined, fields: Partial<Status> = {}): Status {
  return {
    clusterId: CLUSTER,
    memberId: id,
    leader,
    isLearner: false,
    version: '3.6.14',
    revision: 10n,
    raftIndex: 10n,
    dbSize: 200 * MIB,
    dbSizeInUse: 50 * MIB,
    errors: [],
    ...fields,
  };
}

/** Three members, the second of which leads, all with 150 MiB to give back. */
function sceneOf(fields: Partial<Scene> = {}, statuses: Record<string, Partial<Status> | string> = {}): Scene {
  const members = ['1', '2', '3'].map((id): Found => {
    const status = statuses[id];
    return { id, name: `etcd-${id}`, isLearner: false, status: typeof status === 'string' ? status : statusOf(id, '2', status) };
  });
  return { clusterId: CLUSTER, members, revision: 10n, settled: new Set(), handOvers: 0, minimumFree: 100 * MIB, ...fields };
}

const shown = (step: Step) => 'member' in step ? `${step.do} ${step.member.name}${step.do === 'hand over' ? ` to ${step.to.name}` : ''}` : step.do;

describe('the next step', () => {
  test.each<[string[], string]>([
    [[], 'defragment etcd-1'],
    [['1'], 'defragment etcd-3'],
    [['1', '3'], 'hand over etcd-2 to etcd-1'],
    [['1', '2', '3'], 'finish'],
  ])('after members %j is to %s', (settled, step) => {
    expect(shown(nextStep(sceneOf({ settled: new Set(settled) })))).toBe(step);
  });

  test('is for a former leader the same as for others', () => {
    const statuses = { 1: { leader: '1' }, 2: { leader: '1' }, 3: { leader: '1' } };
    expect(shown(nextStep(sceneOf({ settled: new Set(['1', '3']), handOvers: 1 }, statuses)))).toBe('defragment etcd-2');
  });

  test('leaves those alone that would give back too little', () => {
    const step = nextStep(sceneOf({}, { 2: { dbSizeInUse: 101 * MIB } }));
    expect(shown(step)).toBe('leave alone etcd-2');
    expect(step).toMatchObject({ reason: 'it would give back 99.0 MiB, and answers nothing while it is rewritten' });
    expect(shown(nextStep(sceneOf({}, { 1: { dbSizeInUse: 100 * MIB }, 2: { dbSizeInUse: 101 * MIB } })))).toBe('leave alone etcd-2');
  });

  test('is for the only member to be defragmented though it leads', () => {
    const members: Found[] = [{ id: '1', name: 'etcd-1', isLearner: false, status: statusOf('1', '1') }];
    expect(shown(nextStep(sceneOf({ members })))).toBe('defragment etcd-1');
  });

  test('passes over learners, whatever becomes of them', () => {
    const learner: Found = { id: '4', name: 'etcd-4', isLearner: true, status: 'it does not answer' };
    expect(shown(nextStep({ ...sceneOf({ settled: new Set(['1', '2', '3']) }), members: [...sceneOf().members, learner] }))).toBe('finish');
  });

  test('is to stop where the lead comes back again and again', () => {
    expect(nextStep(sceneOf({ settled: new Set(['1', '3']), handOvers: 3 }))).toEqual({ do: 'stop', reason: 'etcd-2 leads again, whoever it hands over to' });
  });
});

describe('nothing is done where', () => {
  test.each<[string, Record<string, Partial<Status> | string>, string]>([
    ['one does not answer', { 3: 'etcd-3:2379 does not answer' }, 'etcd-3 is not healthy: etcd-3:2379 does not answer'],
    ['one is of another cluster', { 3: { clusterId: '78' } }, 'etcd-3 is not healthy: another member answers at its URL'],
    ['one is another', { 3: { memberId: '4' } }, 'etcd-3 is not healthy: another member answers at its URL'],
    ['one knows no leader', { 3: { leader: undefined } }, 'etcd-3 is not healthy: it knows no leader'],
    ['one says that it is ill', { 3: { errors: ['memberID:3 alarm:CORRUPT ', 'memberID:1 alarm:NOSPACE '] } }, 'etcd-3 is not healthy: memberID:3 alarm:CORRUPT '],
    ['one is behind', { 3: { revision: 9n } }, 'etcd-3 is not in sync: it is at revision 9, and others are at 10'],
    ['they do not agree', { 3: { leader: '3' } }, 'members do not agree on who leads'],
    ['a stranger leads', { 1: { leader: '9' }, 2: { leader: '9' }, 3: { leader: '9' } }, 'none of the members leads'],
  ])('%s', (_, statuses, reason) => {
    expect(troubleOf(sceneOf({}, statuses))).toBe(reason);
    expect(nextStep(sceneOf({}, statuses))).toEqual({ do: 'stop', reason });
  });

  test('but an alarm for want of space is no trouble, since this is a part of the way out', () => {
    expect(troubleOf(sceneOf({}, { 1: { errors: ['memberID:1 alarm:NOSPACE '] } }))).toBeUndefined();
  });
});

test('sizes are said in MiB', () => {
  expect([mebibytes(0), mebibytes(1536 * 1024)]).toEqual(['0.0 MiB', '1.5 MiB']);
});

describe('whatever the members are like', () => {
  interface Play {
    readonly free: number[];
    readonly learners: number;
    /** Where the lead goes to by itself after each step, if it does. */
    readonly whims: (number | undefined)[];
    /** After how many steps a member falls ill, if it does. */
    readonly illness?: { readonly after: number; readonly member: number };
  }
  const plays: fc.Arbitrary<Play> = fc.record({
    free: fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 7 }),
    learners: fc.nat(1),
    whims: fc.array(fc.option(fc.nat(6), { nil: undefined }), { maxLength: 40 }),
    illness: fc.option(fc.record({ after: fc.nat(10), member: fc.nat(6) }), { nil: undefined }),
  });

  /** All steps until the end, with who led when each was taken. */
  function play({ free, learners, whims, illness }: Play): { step: Step; leader: string }[] {
    const taken: { step: Step; leader: string }[] = [];
    const left = [...free];
    let leader = 0;
    let scene = sceneOf({ members: [] });
    for (let round = 0; ; round++) {
      const members = Array.from({ length: free.length + learners }, (_, i): Found => ({
        id: String(i),
        name: `etcd-${i}`,
        isLearner: i >= free.length,
        status: illness !== undefined && round >= illness.after && i === illness.member % free.length ? 'it is gone' : statusOf(String(i), String(leader), {
          dbSize: (50 + (left[i] ?? 200)) * MIB,
        }),
      }));
      scene = { ...scene, members };
      const step = nextStep(scene);
      taken.push({ step, leader: String(leader) });
      // each member is left alone or defragmented once, and hands over at most once for each member.
      expect(round).toBeLessThanOrEqual(2 * free.length);
      if (!('member' in step)) {
        return taken;
      }
      if (step.do === 'hand over') {
        scene = { ...scene, handOvers: scene.handOvers + 1 };
        leader = Number(step.to.id);
      } else {
        scene = { ...scene, settled: new Set([...scene.settled, step.member.id]) };
        left[Number(step.member.id)] = step.do === 'defragment' ? 0 : left[Number(step.member.id)];
      }
      leader = (whims[round] ?? leader) % free.length;
    }
  }

  const defragmented = (taken: { step: Step; leader: string }[]) => taken.flatMap(({ step, leader }) => step.do === 'defragment' ? [{ id: step.member.id, leader }] : []);

  test('it comes to an end, and no member is rewritten twice', () => {
    fc.assert(fc.property(plays, (input) => {
      const ids = defragmented(play(input)).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }));
  });

  test('one that leads is never rewritten, unless it is alone', () => {
    fc.assert(fc.property(plays, (input) => {
      const leading = defragmented(play(input)).filter(({ id, leader }) => id === leader);
      expect(leading).toHaveLength(input.free.length === 1 ? leading.length : 0);
    }));
  });

  test('who is worth it is rewritten, and nobody else, with the first leader last', () => {
    fc.assert(fc.property(plays.map(({ free, learners }) => ({ free, learners, whims: [] })), (input) => {
      const taken = play(input);
      const worthy = input.free.flatMap((free, i) => free >= 100 ? [String(i)] : []);
      const ids = defragmented(taken).map(({ id }) => id);
      expect([...ids].sort()).toEqual(worthy);
      expect(ids.indexOf('0')).toBe(worthy.includes('0') ? ids.length - 1 : -1);
      expect(taken.at(-1)!.step.do).toBe('finish');
    }));
  });

  test('nothing is done any more once one is ill', () => {
    fc.assert(fc.property(plays, (input) => {
      const taken = play(input);
      const { after } = input.illness ?? { after: Infinity };
      expect(taken.length).toBeLessThanOrEqual(after + 1);
      expect(taken.at(-1)!.step.do === 'stop' || taken.at(-1)!.step.do === 'finish').toBe(true);
    }));
  });
});
