import { live, object, plan, pod, service, statefulSet, template } from './manifests';

const next = (spec: any = {}) => statefulSet({ template: template('registry.example.com/db:2'), ...spec });

test('a terminal shows the pods as they will move, step by step', () => {
  expect(plan([statefulSet(), service()], [next({ replicas: 4 }), service()]).toText()).toBe(`update    StatefulSet db
  spec.replicas: 3 -> 4
  spec.template.spec.containers[db].image: "registry.example.com/db:1" -> "registry.example.com/db:2"
  step 1: create db-3
  step 2: replace db-2
  step 3: replace db-1
  step 4: replace db-0
  claims stay: data-db-0, data-db-1, data-db-2
  claims are made, empty: data-db-3

note   pods-restart: StatefulSet db
  db-2, db-1 and db-0 restart, in this order
  spec.template.spec.containers[db].image: "registry.example.com/db:1" -> "registry.example.com/db:2"
  https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates

1 update, 1 unchanged
`);
});

test('a terminal shows what waits, what is held back and what is not touched', () => {
  const pods = [pod('db', 0), pod('db', 1, { ready: false }), pod('db', 2), pod('db', 3)];
  const held = { updateStrategy: { rollingUpdate: { partition: 3 } }, replicas: 5 };
  const text = plan([live(statefulSet({ replicas: 4 })), ...pods], [next(held)]).toText();
  expect(text).toContain('  waits for db-1, which is not ready\n  step 1: create db-4\n  step 2: replace db-3\n  keep the old template: db-0, db-1, db-2\n');
  expect(plan([statefulSet({ replicas: 1 })], [next({ replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } })]).toText())
    .toContain('step 1: create from the old template db-1\n  step 2: create db-2\n');
  expect(plan([statefulSet({ updateStrategy: { type: 'OnDelete' } })], [next({ updateStrategy: { type: 'OnDelete' } })]).toText())
    .toContain('  by hand, in any order: delete db-2, db-1, db-0\n');
  expect(plan([statefulSet({ replicas: 2 })], [statefulSet({ replicas: 1 })]).toText()).toContain('  step 1: delete db-1\n  not touched: db-0\n');
});

test('a terminal shows a value once that stays', () => {
  const held = { updateStrategy: { rollingUpdate: { partition: 2 } } };
  expect(plan([statefulSet(held)], [statefulSet(held)]).toText()).toContain('  spec.updateStrategy.rollingUpdate.partition: 2\n');
  expect(plan([statefulSet()], [next(held)]).toText()).toContain('  spec.updateStrategy.rollingUpdate.partition: 0 -> 2\n');
});

test('a terminal shows colours only if asked', () => {
  const made = plan([statefulSet()], [next({ serviceName: 'x' }), service()]);
  expect(made.toText()).not.toContain('\x1b');
  expect(made.toText({ color: true })).toContain('\x1b[31mrefuse   \x1b[0m StatefulSet db');
  expect(made.toText({ color: true })).toContain('\x1b[31m; do not apply this\x1b[0m');
});

test('a terminal shows what does not change only if asked, or if its pods move', () => {
  const same = plan([service(), service({}, { name: 'b' })], [service(), service({}, { name: 'b' })]);
  expect(same.toText()).toBe('2 unchanged\n');
  expect(same.toText({ unchanged: true })).toBe('unchanged Service db\nunchanged Service b\n\n2 unchanged\n'.replace('\n\n2', '\n2'));
  const rolling = { replicas: 3, readyReplicas: 3, currentRevision: 'a', updateRevision: 'b', updatedReplicas: 2 };
  expect(plan([live(statefulSet(), rolling)], [statefulSet()]).toText()).toContain('unchanged StatefulSet default/db\n  step 1: replace db-0\n');
  expect(plan([], []).toText()).toBe('no objects\n');
});

test('long lists are cut short', () => {
  const many = (image: string) => statefulSet({ replicas: 40, template: template(image) });
  const made = plan([many('a')], [many('b')]);
  expect(made.toText()).toContain('step 22: replace db-18\n  ... 17 more steps\n  step 40: replace db-0\n  claims stay: data-db-0, data-db-1, data-db-2 ... data-db-39 (40)');
  expect(made.toText()).toContain('db-39, db-38, db-37, db-36, db-35, db-34 and 34 more restart, in this order');
  expect(made.toMarkdown()).toContain('  s10["29 more steps"]\n  s9 --> s10\n  s11["40: replace db-0"]\n  s10 --> s11\n');
  const config = (value: string) => [object('v1', 'ConfigMap', { data: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, value])) })];
  expect(plan(config('a'), config('b')).toText()).toContain('... and 8 more fields');
  expect(plan(config('a'), config('b')).toMarkdown()).toContain('<br>15 more |');
  const objects = Array.from({ length: 60 }, (_, i) => object('v1', 'ConfigMap', {}, { name: `c${i}` }));
  expect(plan([], objects).toMarkdown()).toContain('| | 10 more | |');
  expect(plan(config('x'.repeat(300)), config('b')).toText()).toContain('xxx... -> "b"');
});

test('a comment shows the findings first, and a diagram of the rollout', () => {
  expect(plan([statefulSet()], [next()]).toMarkdown()).toBe(`## This change can be applied

1 update

### <code>StatefulSet db</code>: update

\`\`\`mermaid
flowchart LR
  s0["1: replace db-2"]
  s1["2: replace db-1"]
  s0 --> s1
  s2["3: replace db-0"]
  s1 --> s2
\`\`\`

- claims stay&#58; data-db-0, data-db-1, data-db-2

### Objects

| | object | fields |
|---|---|---|
| update | <code>StatefulSet db</code> | <code>spec.template.spec.containers&#91;db&#93;.image&#58; &#34;registry.example.com/db&#58;1&#34; -&#62; &#34;registry.example.com/db&#58;2&#34;</code> |

### Notes

**<code>StatefulSet db</code>** ([\`pods-restart\`](https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#rolling-updates))
<br>db-2, db-1 and db-0 restart, in this order.
<br><code>spec.template.spec.containers&#91;db&#93;.image&#58; &#34;registry.example.com/db&#58;1&#34; -&#62; &#34;registry.example.com/db&#58;2&#34;</code>
`);
  expect(plan([], []).toMarkdown()).toBe('## Nothing changes\n\nno objects\n');
});

test('a comment shows what is refused, what waits and what is done by hand', () => {
  const pods = [pod('db', 0), pod('db', 1, { ready: false }), pod('db', 2)];
  const waiting = plan([live(statefulSet()), ...pods], [next({ updateStrategy: { rollingUpdate: { partition: 1 } } })]).toMarkdown();
  expect(waiting).toContain('- waits for db-1, which is not ready\n- keep the old template&#58; db-0\n');
  expect(plan([statefulSet({ updateStrategy: { type: 'OnDelete' } })], [next({ updateStrategy: { type: 'OnDelete' } })]).toMarkdown())
    .toContain('- to be deleted by hand, in any order&#58; db-2, db-1, db-0\n');
  const refused = plan([statefulSet()], [next({ podManagementPolicy: 'Parallel' })]).toMarkdown();
  expect(refused).toMatch(/^## Do not apply this change\n\n1 refuse\n\n### Refused\n/);
  expect(refused).toContain('1. <code>kubectl delete statefulset db --cascade=orphan</code>\n2. apply again&#58; the new');
  expect(refused).toContain('- not touched&#58; db-0, db-1, db-2\n');
});

test('nothing of a manifest is obeyed by a terminal or a page', () => {
  const name = '\x1b[31m`</code><script>|**"]\n; end @team $(x) \u202e';
  const made = plan([statefulSet({}, { name })], [{ ...next({ serviceName: name }), metadata: { name } }]);
  expect(made.toText()).not.toMatch(/[\x1b\u202e]|\n; end/);
  expect(made.toMarkdown()).not.toMatch(/[\x1b\u202e]|<script|`<|\n; end|@team|\*\*"/);
});
