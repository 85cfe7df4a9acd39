import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resultsTable, writeResults } from './results';

const REPORT = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="jest tests" tests="4" failures="1" errors="0" time="9.9">
  <testsuite name="jobs" tests="1">
    <testcase classname="jobs" name="run to their end" time="0.52">
    </testcase>
  </testsuite>
  <testsuite name="etcd" tests="3">
    <testcase classname="etcd &amp; friends (etcd 3.5.1, 3.6.14)" name="form a cluster" time="1.25"/>
    <testcase classname="etcd &amp; friends (etcd 3.5.1, 3.6.14)" name="survive" time="2">
      <failure>Error: no</failure>
    </testcase>
    <testcase classname="etcd &amp; friends (etcd 3.5.1, 3.6.14)" name="go on" time="0">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>`;

const TABLE = `| scenario | etcd | time | steps |
|---|---|---|---|
| etcd & friends | 3.5.1, 3.6.14 | 3.3 s | 1 passed, 1 failed, 1 skipped |
| jobs |  | 0.5 s | 1 passed |`;

test('a table has a row for each scenario, with what it ran on and how its steps ended', () => {
  expect(resultsTable(REPORT)).toBe(TABLE);
});

describe('the page of results', () => {
  const folder = mkdtempSync(join(tmpdir(), 'results-'));
  const [report, page] = [join(folder, 'live.xml'), join(folder, 'README.md')];
  beforeAll(() => writeFileSync(report, REPORT));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('has the new table in the place of the old one', () => {
    writeFileSync(page, 'before\n<!-- results -->\nold\n<!-- /results -->\nafter\n');
    writeResults(report, page);
    expect(readFileSync(page, 'utf8')).toBe(`before\n<!-- results -->\n${TABLE}\n<!-- /results -->\nafter\n`);
  });

  test('must say where the table belongs', () => {
    writeFileSync(page, 'no place');
    expect(() => writeResults(report, page)).toThrow(/README\.md has no place for results between <!-- results --> and <!-- \/results -->$/);
  });
});
