import * as fs from 'node:fs';
import * as path from 'node:path';
import { Plan, PlanInput } from 'cdk8s-stateful';
import type * as yaml from 'yaml';

export interface PlanJob {
  /** Plans the change, or does no more than read both sides with the copy of `yaml` that cdk8s has. */
  readonly what: 'plan' | 'yaml';
  /** Has `before.yaml` and `after.yaml`. */
  readonly folder: string;
}

export interface PlanResult {
  readonly milliseconds: number;
  /** What shows that the work was done: the pods that move, or the documents that were read. */
  readonly count: number;
}

const { what, folder }: PlanJob = JSON.parse(process.argv[2]);
const { parseAllDocuments }: typeof yaml = module.require(require.resolve('yaml', { paths: [require.resolve('cdk8s')] }));
const [before, after] = ['before.yaml', 'after.yaml'].map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));

const start = process.hrtime.bigint();
const count = what === 'plan' ? planned() : read();
const end = process.hrtime.bigint();

const result: PlanResult = { milliseconds: Number(end - start) / 1e6, count };
console.log(JSON.stringify(result));

function planned(): number {
  const { statefulSets } = Plan.between(PlanInput.fromText(before), PlanInput.fromText(after));
  return statefulSets.reduce((sum, { pods }) => sum + pods.length, 0);
}

function read(): number {
  return [before, after].flatMap((text) => parseAllDocuments(text).map((document) => document.toJS())).length;
}
