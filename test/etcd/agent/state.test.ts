import * as fc from 'fast-check';
import {
  clusterIs, clusterRestoredFrom, firstMembersAgreed, forceDone, hasTried, memberAdded, memberRemoved, membersBecome, StateChanges, stateOf,
} from '../../../src/etcd/agent/state';

const metadata = { resourceVersion: '7' };

/** What a merge patch makes of data. */
function merged(data: Record<string, string>, changes: StateChanges): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...data, ...changes }).filter((entry): entry is [string, string] => entry[1] !== null));
}

describe('stateOf', () => {
  test('reads a ConfigMap that has nothing in it yet', () => {
    expect(stateOf({ metadata })).toEqual({ resourceVersion: '7', members: new Map(), tried: new Set() });
  });

  test('reads all that may be in it', () => {
    const data = {
      'clusterId': '4711',
      'firstMembers': 'etcd-0=http://etcd-0:2380',
      'forceNewCluster': 'etcd-2',
      'restoredFrom': 'a.db',
      'member.100': 'etcd-0',
      'member.101': 'etcd-1',
      'tried.etcd-0': 'true',
      'note': 'ours',
    };
    expect(stateOf({ metadata, data })).toEqual({
      resourceVersion: '7',
      clusterId: '4711',
      firstMembers: 'etcd-0=http://etcd-0:2380',
      forceNewCluster: 'etcd-2',
      restoredFrom: 'a.db',
      members: new Map([['100', 'etcd-0'], ['101', 'etcd-1']]),
      tried: new Set(['etcd-0']),
    });
  });

  test('takes what was emptied for deleted', () => {
    const data = { clusterId: '', firstMembers: '', forceNewCluster: '', restoredFrom: '' };
    expect(stateOf({ metadata, data })).toEqual(stateOf({ metadata }));
  });
});

test('what is changed is read again', () => {
  const changes = { ...firstMembersAgreed('a=http://a:2380'), ...hasTried('etcd-0'), ...memberAdded('100', 'etcd-0'), ...clusterIs('4711'), ...clusterRestoredFrom('a.db') };
  const data = merged({ 'forceNewCluster': 'etcd-1', 'member.99': 'etcd-9' }, { ...changes, ...forceDone(), ...memberRemoved('99') });
  expect(stateOf({ metadata, data })).toEqual({
    resourceVersion: '7',
    clusterId: '4711',
    firstMembers: 'a=http://a:2380',
    restoredFrom: 'a.db',
    members: new Map([['100', 'etcd-0']]),
    tried: new Set(['etcd-0']),
  });
});

describe('membersBecome', () => {
  const members = fc.dictionary(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String), fc.constantFrom('etcd-0', 'etcd-1', ''));

  test('leads from any members to any others, and leaves everything else', () => {
    fc.assert(fc.property(members, members, (before, after) => {
      const data = { ...Object.fromEntries(Object.entries(before).map(([id, name]) => [`member.${id}`, name])), clusterId: '4711' };
      const state = stateOf({ metadata, data });
      const result = stateOf({ metadata, data: merged(data, membersBecome(state, new Map(Object.entries(after)))) });
      expect([...result.members.keys()].sort()).toEqual(Object.keys(after).sort());
      expect(result.clusterId).toBe('4711');
    }));
  });

  test('changes nothing where nothing is other', () => {
    fc.assert(fc.property(members, before => {
      const state = stateOf({ metadata, data: Object.fromEntries(Object.entries(before).map(([id, name]) => [`member.${id}`, name])) });
      expect(membersBecome(state, new Map(Object.entries(before)))).toEqual({});
    }));
  });
});
