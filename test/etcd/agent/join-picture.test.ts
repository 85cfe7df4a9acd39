import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawDecision } from '../../../scripts/draw-decision';

test('the picture of the decision shows what the agent decides: npm run generate', () => {
  expect(readFileSync(join(__dirname, '..', '..', '..', 'docs', 'etcd', 'how-membership-works.md'), 'utf8')).toContain(drawDecision());
});

test('the picture has every way in which etcd can start, and waits where nobody can know', () => {
  const picture = drawDecision();
  for (const action of ['start', 'start as the only member', 'form the cluster', 'join', 'set the data aside, then join', 'wait']) {
    expect(picture).toContain(`([${action}])`);
  }
});
