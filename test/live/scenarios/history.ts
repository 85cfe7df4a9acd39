/** What a client asked and was told. Times are milliseconds of one clock; a counter's value is a number that its one writer never gives twice. */
export interface Operation {
  readonly kind: 'read' | 'write';
  readonly key: string;
  /** What was written, or read; undefined if the key was not there. */
  readonly value: number | undefined;
  readonly asked: number;
  /** Without it the write may or may not have happened, and may yet. */
  readonly answered?: number;
  /** The revision of the store when it was done. */
  readonly revision?: number;
  /** A write is refused if its counter is not less than its value, or is not there. */
  readonly outcome: 'acknowledged' | 'refused' | 'unanswered';
}

/** All that the clients of programs/history.mjs wrote down. */
export interface History {
  readonly operations: readonly Operation[];
  /** The clusters that answered, each with the first endpoint of it. */
  readonly clusters: ReadonlyMap<string, string>;
  /** The entries that were there at the end, by key. */
  readonly entries: ReadonlyMap<string, readonly number[]>;
  /** Whether the clients came to their end. */
  readonly isWhole: boolean;
}

export interface HistorySummary {
  readonly acknowledged: number;
  /** Writes that were answered with an error, or not in time. */
  readonly unanswered: number;
  readonly reads: number;
  /** The longest time in milliseconds in which no write was acknowledged. */
  readonly longestGap: number;
}

/** Reads what the program printed. */
export function historyOf(text: string): History {
  const operations: Operation[] = [];
  const clusters = new Map<string, string>();
  const entries = new Map<string, readonly number[]>();
  let isWhole = false;
  for (const line of text.split('\n').filter(each => each.startsWith('['))) {
    const [kind, ...rest] = JSON.parse(line);
    if (kind === 'read' || kind === 'write') {
      const [key, value, asked, answered, revision, outcome] = rest;
      operations.push({
        kind,
        key,
        value: value ?? undefined,
        asked,
        answered: answered ?? undefined,
        revision: revision ?? undefined,
        outcome: kind === 'read' ? 'acknowledged' : outcome,
      });
    } else if (kind === 'cluster') {
      const [, endpoint, cluster] = rest;
      clusters.set(cluster, clusters.get(cluster) ?? endpoint);
    } else if (kind === 'entries') {
      const [key, found] = rest;
      entries.set(key, found);
    }
    isWhole ||= kind === 'end';
  }
  return { operations, clusters, entries, isWhole };
}

/** Everything in a history that one register for each key, and one store for them all, cannot have done; a sentence for each. */
export function problemsOf(history: History): string[] {
  const { operations, clusters, isWhole } = history;
  const ofKey = groupedBy(operations, ({ key }) => key);
  return [
    ...isWhole ? [] : ['the history has no end'],
    ...clusters.size > 1 ? [`there were ${clusters.size} clusters: ${[...clusters].map(([id, endpoint]) => `${id} at ${endpoint}`).join(', ')}`] : [],
    ...operations.filter(({ outcome }) => outcome === 'refused').map(operation => `${told(operation)} was refused: its counter was not less, or gone`),
    ...[...ofKey.values()].flatMap(ofOne => [...staleReads(ofOne), ...readsFromNowhere(ofOne)]),
    ...[...ofKey].flatMap(([key, ofOne]) => entryProblems(key, ofOne, history.entries.get(key) ?? [])),
    ...revisionProblems(operations),
  ];
}

/** How much there was, and how long nothing was acknowledged. */
export function summaryOf({ operations }: History): HistorySummary {
  const writes = operations.filter(({ kind }) => kind === 'write');
  const acknowledged = writes.filter(({ outcome }) => outcome === 'acknowledged').map(({ answered }) => answered!).sort((a, b) => a - b);
  const gaps = acknowledged.slice(1).map((time, index) => time - acknowledged[index]);
  return {
    acknowledged: acknowledged.length,
    unanswered: writes.length - acknowledged.length,
    reads: operations.length - writes.length,
    longestGap: Math.round(gaps.reduce((longest, gap) => Math.max(longest, gap), 0)),
  };
}

/** Reads of a value that is older than what was read, or acknowledged, before they were asked. */
function staleReads(operations: readonly Operation[]): string[] {
  return afterAll(operations, ({ value }) => value ?? -1)
    .filter(({ operation, before }) => operation.kind === 'read' && before && (operation.value ?? -1) < before.value!)
    .map(({ operation, before }) => `${told(operation)} is older than what was there before: ${told(before!)}`);
}

/** Reads of a value that nobody had asked to write when they were answered. The counter is made with 0. */
function readsFromNowhere(operations: readonly Operation[]): string[] {
  const asked = new Map(operations.filter(({ kind }) => kind === 'write').map(({ value, asked: time }) => [value, time]));
  return operations
    .filter(({ kind, value, answered }) => kind === 'read' && value !== undefined && value !== 0 && !(asked.get(value)! < answered!))
    .map(operation => `${told(operation)} is of a value that nobody had written`);
}

/** Acknowledged writes whose entry is gone, and entries of writes that nobody asked for. */
function entryProblems(key: string, operations: readonly Operation[], entries: readonly number[]): string[] {
  const stored = new Set(entries);
  const writes = operations.filter(({ kind }) => kind === 'write');
  const written = new Set(writes.map(({ value }) => value));
  return [
    ...writes.filter(({ outcome, value }) => outcome === 'acknowledged' && !stored.has(value!)).map(operation => `${told(operation)} is lost`),
    ...entries.filter(entry => !written.has(entry)).map(entry => `entry ${entry} of ${key} was never written`),
  ];
}

/** Revisions that went back, and writes that share one: of one store, there are none. */
function revisionProblems(operations: readonly Operation[]): string[] {
  const back = afterAll(operations, ({ revision }) => revision ?? 0)
    .filter(({ operation, before }) => before && operation.revision! < before.revision!)
    .map(({ operation, before }) => `${told(operation)} is of an older revision than ${told(before!)}`);
  const acknowledged = operations.filter(({ kind, outcome }) => kind === 'write' && outcome === 'acknowledged');
  const shared = [...groupedBy(acknowledged, ({ revision }) => revision).values()]
    .filter(same => same.length > 1)
    .map(same => `writes share a revision: ${same.map(told).join(', ')}`);
  return [...back, ...shared];
}

/** Each operation that was answered, with the greatest of those that were answered before it was asked. */
function afterAll(operations: readonly Operation[], rank: (operation: Operation) => number): { operation: Operation; before?: Operation }[] {
  const answered = operations.filter(operation => operation.outcome === 'acknowledged');
  const ended = [...answered].sort((a, b) => a.answered! - b.answered!);
  let next = 0;
  let greatest: Operation | undefined;
  return [...answered].sort((a, b) => a.asked - b.asked).map(operation => {
    for (; next < ended.length && ended[next].answered! < operation.asked; next++) {
      greatest = greatest === undefined || rank(ended[next]) > rank(greatest) ? ended[next] : greatest;
    }
    return { operation, before: greatest };
  });
}

function told({ kind, key, value, asked, answered, revision }: Operation): string {
  return `${kind} ${key}=${value} (${asked} to ${answered ?? '?'} ms, revision ${revision ?? '?'})`;
}

function groupedBy<K>(operations: readonly Operation[], keyOf: (operation: Operation) => K): Map<K, Operation[]> {
  const groups = new Map<K, Operation[]>();
  for (const operation of operations) {
    const key = keyOf(operation);
    const group = groups.get(key) ?? [];
    group.push(operation);
    groups.set(key, group);
  }
  return groups;
}
