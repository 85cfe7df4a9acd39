import * as fs from 'node:fs';
import * as path from 'node:path';
import { buildChildren } from './harness/build';
import { environment } from './harness/environment';
import { measure, measureImports } from './harness/measure';
import { HELP, Options, parseOptions } from './harness/options';
import { RESULTS } from './harness/paths';
import { measurePlans, planRowsOf } from './harness/plans';
import { print } from './harness/report';
import { growthOf, importRowsOf, rowsOf } from './harness/summary';
import { met, targetsOf } from './harness/targets';
import { verify } from './harness/verify';

const options = parseOptions(process.argv.slice(2));
if (options.help) {
  console.log(HELP);
} else {
  run(options);
}

function run({ peers, cases, check }: Options): void {
  const start = Date.now();
  // progress goes to stderr, so that stdout is the report and nothing else.
  const log = (line: string) => console.error(`${((Date.now() - start) / 1000).toFixed(0).padStart(4)} s  ${line}`);

  log('compiling the peers');
  buildChildren(peers);
  log('comparing what the peers write');
  verify(peers);
  const samples = measure(options, log);
  const importSamples = measureImports(options, log);
  const planSamples = measurePlans(options, log);

  const rows = rowsOf(samples, cases, peers);
  const growth = growthOf(rows);
  const imports = importRowsOf(importSamples);
  const plans = planRowsOf(planSamples);
  const targets = targetsOf(rows, growth, imports, plans);
  const system = environment();

  const file = path.join(RESULTS, 'latest.json');
  const medians = { rows, growth, imports, plans };
  const results = { date: new Date(start).toISOString(), environment: system, options, targets, ...medians, samples, importSamples, planSamples };
  fs.writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);

  console.log(Object.entries(system).map(([key, value]) => `${key} ${value}`).join(', '));
  console.log(`\n${print({ ...medians, targets })}\n`);
  log(`every sample is in ${path.relative(process.cwd(), file)}`);

  if (check && !targets.every(met)) {
    process.exitCode = 1;
  }
}
