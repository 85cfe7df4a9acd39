import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decideJoin, JoinFacts } from '../src/etcd/agent/join-decision';
import { placeOf } from '../src/etcd/agent/place';

const PAGE = join(__dirname, '..', 'docs', 'etcd', 'how-membership-works.md');
const PLACE = /(?<=<!-- decision -->\n).*?(?=<!-- \/decision -->)/s;

type Answers = Readonly<Record<string, string>>;

/** What can be asked, in the order in which people would, and what can be answered. */
const QUESTIONS: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['What is on the disk?', ['data', 'nothing', 'data that cannot be read']],
  ['Does the data come from a snapshot?', ['yes', 'no']],
  ['Does a majority answer?', ['yes', 'no']],
  ['Does the API server answer?', ['yes', 'no']],
  ['Did people name a pod that goes on alone?', ['no', 'this one', 'another']],
  ['Is the data of their cluster?', ['yes', 'no']],
  ['Was the cluster formed, as is written down?', ['yes', 'no']],
  ['Is the data of the cluster that is written down?', ['yes', 'no']],
  ['Does the StatefulSet want this pod?', ['yes', 'no']],
  ['Is it a member?', ['yes', 'announced, and has never started', 'no']],
  ['Is another one joining?', ['yes', 'no']],
  ['Is it one of the first members?', ['yes', 'no']],
  ['Has it begun to form the cluster before?', ['yes', 'no']],
];

const PLACE_OF_POD = placeOf({ POD_NAME: 'etcd-2', STATEFUL_SET: 'etcd', PEER_URL: 'http://{pod}:2380', CLIENT_URL: 'http://{pod}:2379' });

/** Facts that are as the answers say. */
function factsOf(answers: Answers): JoinFacts {
  const is = (question: string, answer = 'yes') => answers[question] === answer;
  const member = (id: string, ordinal: number, isLearner = false, hasStarted = true) => ({
    id, name: `etcd-${ordinal}`, peerUrls: [PLACE_OF_POD.peerUrl(ordinal)], clientUrls: hasStarted ? [PLACE_OF_POD.clientUrl(ordinal)] : [], isLearner,
  });
  const theirs = is('Is the data of their cluster?') ? 'A' : 'B';
  const written = is('Was the cluster formed, as is written down?')
    ? (is('Does a majority answer?') ? theirs : is('Is the data of the cluster that is written down?') ? 'A' : 'B') : undefined;
  const first = is('Is it one of the first members?') ? 'etcd-0=,etcd-1=,etcd-2=' : 'etcd-0=';
  const alone = { 'this one': 'etcd-2', 'another': 'etcd-0' }[answers['Did people name a pod that goes on alone?']];
  const isMember = !is('Is it a member?', 'no');
  return {
    me: PLACE_OF_POD,
    data: { 'data': { memberId: '2', clusterId: 'A' }, 'data that cannot be read': 'it is damaged' }[answers['What is on the disk?']],
    isRestored: is('Does the data come from a snapshot?'),
    cluster: is('Does a majority answer?') ? {
      clusterId: theirs,
      members: [
        member('0', 0),
        member('1', 1, is('Is another one joining?')),
        ...isMember ? [member('2', 2, false, is('Is it a member?'))] : [],
      ],
    } : undefined,
    state: is('Does the API server answer?') ? {
      resourceVersion: '1',
      clusterId: written,
      firstMembers: first,
      members: new Map(isMember ? [['0', 'etcd-0'], ['2', 'etcd-2']] : [['0', 'etcd-0']]),
      tried: new Set(is('Has it begun to form the cluster before?') ? ['etcd-2'] : []),
      forceNewCluster: alone,
    } : undefined,
    statefulSet: is('Does the API server answer?')
      ? { replicas: is('Does the StatefulSet want this pod?') ? 3 : 2, start: 0, currentReplicas: 3, isSettled: true, isDeleted: false } : undefined,
    firstMembers: first,
  };
}

const WORDS: Readonly<Record<string, string>> = {
  'start': 'start',
  'force': 'start as the only member',
  'bootstrap': 'form the cluster',
  'add': 'join',
  'remove': 'take the old member out, then join',
  'set aside': 'set the data aside, then join',
  'wait': 'wait',
};

interface Tree {
  readonly question?: string;
  readonly branches: ReadonlyArray<readonly [string, Tree]>;
  readonly action?: string;
}

/** Asks only what makes a difference. */
function treeOf(questions: typeof QUESTIONS, answers: Answers = {}): Tree {
  if (questions.length === 0) {
    return { branches: [], action: WORDS[decideJoin(factsOf(answers)).do] };
  }
  const [[question, possible], ...others] = questions;
  const branches = possible.map(answer => [answer, treeOf(others, { ...answers, [question]: answer })] as const);
  const different = new Map<string, [string, Tree]>();
  for (const [answer, tree] of branches) {
    const key = JSON.stringify(tree);
    different.set(key, [[different.get(key)?.[0], answer].filter(Boolean).join(', or '), tree]);
  }
  return different.size === 1 ? branches[0][1] : { question, branches: [...different.values()] };
}

/** The picture that GitHub makes of a text; questions that come again are drawn once. */
export function drawDecision(): string {
  const lines: string[] = [];
  const names = new Map<string, string>();
  const draw = (tree: Tree): string => {
    const key = JSON.stringify(tree);
    const known = names.get(key);
    if (known !== undefined) {
      return known;
    }
    const name = `n${lines.length}`;
    if (tree.question === undefined) {
      lines.push(`  ${name}([${tree.action}])`);
      return name;
    }
    names.set(key, name);
    lines.push(`  ${name}{${tree.question}}`);
    for (const [answer, branch] of tree.branches) {
      lines.push(`  ${name} -- ${answer} --> ${draw(branch)}`);
    }
    return name;
  };
  draw(treeOf(QUESTIONS));
  return ['```mermaid', 'flowchart TD', ...lines, '```', ''].join('\n');
}

if (require.main === module) {
  writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(PLACE, () => drawDecision()));
}
