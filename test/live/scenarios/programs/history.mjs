// Several clients of etcd that write down all they asked and all they were told, until the file /tmp/stop is there. Runs in a pod: node and nothing else.
//
// Each key is a counter with one writer. A write is a transaction that only makes the counter greater, so that one which comes late, after its client has
// given it up, cannot undo a later one; and it leaves an entry of its own beside the counter. What is printed, a list a line, is read by history.ts.
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const service = process.env.ETCD_ENDPOINTS;
const members = process.env.MEMBERS.split(',');
const pause = Number(process.env.PAUSE);
const WRITERS = 4;
const READERS = 3;

const agent = new Agent({ keepAlive: true });
const base64 = text => Buffer.from(text).toString('base64');
const print = (...line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const now = () => Math.round(performance.now() * 1000) / 1000;
const isOver = () => existsSync('/tmp/stop');
// a cluster may have seen other clients before these.
const keys = Array.from({ length: WRITERS }, (_, writer) => `history/${Date.now()}/${writer}`);
const padded = number => String(number).padStart(9, '0');
const clusters = new Map();

/** One request to the JSON gateway. */
function ask(url, path, body, timeout = 2000) {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const signal = AbortSignal.timeout(timeout);
    const outgoing = request({ hostname, port, path, method: 'POST', agent, signal }, incoming => {
      let text = '';
      incoming.on('data', chunk => text += chunk).on('error', reject).on('end', () =>
        incoming.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${incoming.statusCode} ${text}`)));
    });
    outgoing.on('error', reject).end(JSON.stringify(body));
  }).then(answer => {
    seen(url, answer.header);
    return answer;
  });
}

/** Writes down of which cluster an endpoint is whenever that is news. */
function seen(url, { cluster_id: cluster }) {
  if (clusters.get(url) !== cluster) {
    clusters.set(url, cluster);
    print('cluster', now(), url, cluster);
  }
}

/** Every second time the service, else a member, whether it is ready or not; one that has just failed is left alone for a while. */
const failedAt = new Map();
function endpoint() {
  const usable = members.filter(url => now() - (failedAt.get(url) ?? -Infinity) > 1000);
  return Math.random() < 0.5 || usable.length === 0 ? service : usable[Math.floor(Math.random() * usable.length)];
}

async function attempt(path, body) {
  const url = endpoint();
  const asked = now();
  try {
    const answer = await ask(url, path, body);
    return { asked, answered: now(), url, answer };
  } catch {
    failedAt.set(url, now());
    await sleep(20);
    return { asked, url };
  }
}

async function insist(path, body) {
  for (;;) {
    const { answer, ...rest } = await attempt(path, body);
    if (answer) {
      return { answer, ...rest };
    }
    await sleep(100);
  }
}

async function create(key) {
  await insist('/v3/kv/txn', {
    compare: [{ target: 'CREATE', result: 'EQUAL', key: base64(key), createRevision: '0' }],
    success: [{ requestPut: { key: base64(key), value: base64(padded(0)) } }],
  });
}

async function write(key) {
  for (let value = 1; !isOver(); value++) {
    const { asked, answered, answer } = await attempt('/v3/kv/txn', {
      compare: [{ target: 'VALUE', result: 'LESS', key: base64(key), value: base64(padded(value)) }],
      success: [
        { requestPut: { key: base64(key), value: base64(padded(value)) } },
        { requestPut: { key: base64(`${key}/${padded(value)}`), value: '' } },
      ],
    });
    const outcome = !answer ? 'unanswered' : answer.succeeded ? 'acknowledged' : 'refused';
    print('write', key, value, asked, answered ?? null, answer ? Number(answer.header.revision) : null, outcome);
    await sleep(pause);
  }
}

function printRead(key, { asked, answered, url, answer }) {
  const [kv] = answer.kvs ?? [];
  print('read', key, kv ? Number(Buffer.from(kv.value, 'base64').toString()) : null, asked, answered, Number(answer.header.revision), url);
}

async function read() {
  while (!isOver()) {
    const key = keys[Math.floor(Math.random() * keys.length)];
    const result = await attempt('/v3/kv/range', { key: base64(key) });
    if (result.answer) {
      printRead(key, result);
    }
    await sleep(pause);
  }
}

/** Asks every member that there may be of which cluster it is, whether or not it has a majority. */
async function watchClusters() {
  while (!isOver()) {
    await Promise.all(members.map(url => ask(url, '/v3/maintenance/status', {}, 1000).catch(() => undefined)));
    await sleep(250);
  }
}

/** The numbers of all entries beside a counter. */
async function entriesOf(key) {
  const found = [];
  for (let from = `${key}/`; ;) {
    const { answer } = await insist('/v3/kv/range', { key: base64(from), range_end: base64(`${key}0`), keys_only: true, limit: 5000 });
    const names = (answer.kvs ?? []).map(kv => Buffer.from(kv.key, 'base64').toString());
    found.push(...names.map(name => Number(name.slice(key.length + 1))));
    if (!answer.more) {
      return found;
    }
    from = `${names.at(-1)}\0`;
  }
}

await Promise.all(keys.map(create));
print('ready', now());
await Promise.all([...keys.map(write), ...Array.from({ length: READERS }, read), watchClusters()]);
for (const key of keys) {
  printRead(key, await insist('/v3/kv/range', { key: base64(key) }));
  print('entries', key, await entriesOf(key));
}
// who exits at once may leave behind what a pipe has not taken yet.
process.stdout.write(`${JSON.stringify(['end', now()])}\n`, () => process.exit());
