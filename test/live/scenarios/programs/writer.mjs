// Writes to etcd as fast as eight clients can that wait for each answer, until the file /tmp/stop is there. Then reads everything again and prints
// what became of the writes that were acknowledged. Runs in a pod: node and nothing else.
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const url = new URL(process.env.ETCD_ENDPOINTS);
const agent = new Agent({ keepAlive: true });
const base64 = text => Buffer.from(text).toString('base64');

/** One request to the JSON gateway. What takes longer than two seconds has failed: its write may or may not have been done. */
function ask(path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: url.hostname, port: url.port, path, method: 'POST', agent, timeout: 2000 }, (incoming) => {
      let text = '';
      incoming.on('data', chunk => text += chunk).on('error', reject).on('end', () =>
        incoming.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${incoming.statusCode} ${text}`)));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer'))).on('error', reject).end(JSON.stringify(body));
  });
}

/** So that what an earlier run has written is never taken for a write of this one. */
const run = Date.now();
const acknowledged = [];
const started = performance.now();
let failed = 0;
let last = started;
let longestGap = 0;

async function write(client) {
  for (let number = 0; !existsSync('/tmp/stop'); number++) {
    const key = `load/${run}/${client}/${String(number).padStart(6, '0')}`;
    try {
      await ask('/v3/kv/put', { key: base64(key), value: base64(key) });
      const now = performance.now();
      longestGap = Math.max(longestGap, now - last);
      last = now;
      acknowledged.push(key);
    } catch {
      failed++;
      await sleep(50);
    }
  }
}

await Promise.all(Array.from({ length: 8 }, (_, client) => write(client)));
const seconds = (performance.now() - started) / 1000;

async function readAll() {
  for (;;) {
    try {
      const found = await ask('/v3/kv/range', { key: base64(`load/${run}/`), range_end: base64(`load/${run}0`), keys_only: true });
      return new Set((found.kvs ?? []).map(({ key }) => Buffer.from(key, 'base64').toString()));
    } catch {
      await sleep(200);
    }
  }
}

const stored = await readAll();
const lost = acknowledged.filter(key => !stored.has(key));
console.log(JSON.stringify({ acknowledged: acknowledged.length, failed, lost: lost.length, longestGap: Math.round(longestGap), perSecond: Math.round(acknowledged.length / seconds) }));
process.exit();
