import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Plan } from './plan';
import { PlanInput } from './plan-input';
import { manifestsOfCluster } from './read/cluster';
import { InputProblem } from './read/problem';

const USAGE = `usage: cdk8s-stateful plan BEFORE AFTER [options]
       cdk8s-stateful plan --cluster AFTER [options]

What a change will do to what is running, before it is applied.

BEFORE and AFTER are a file, a folder such as dist, a revision of git with a path
(origin/main:dist), or - for the standard input. With --cluster, what is deployed
is read from the cluster: the objects that AFTER names, by kubectl get.

  --cluster            read BEFORE from the cluster
  --context NAME       the context of kubectl
  -n, --namespace NAME the namespace of manifests that name none
  --no-prune           what is not in AFTER stays
  --max-unavailable    the cluster has the feature gate MaxUnavailableStatefulSet
  --format FORMAT      text, markdown or json
  --json               the same as --format json
  --all                list what does not change, too
  -h, --help           show this

Exit status: 0 fine, 1 refused, 2 wrong usage or input.
`;

const FORMATS = ['text', 'markdown', 'json'];

/** What a program has to write to and to look at. */
export interface Surroundings {
  readonly stdout: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: () => string;
}

/** The command; returns its exit status. */
export function main(args: readonly string[], surroundings: Surroundings): number {
  const { stderr } = surroundings;
  try {
    return run(args, surroundings);
  } catch (error) {
    if (error instanceof UsageProblem) {
      stderr.write(`${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (error instanceof InputProblem) {
      stderr.write(`${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

/** The command as a process of its own. */
export function start(): void {
  const { stdout, stderr, env } = process;
  process.exitCode = main(process.argv.slice(2), { stdout, stderr, env, stdin: readFileSync.bind(undefined, 0, 'utf8') as () => string });
}

class UsageProblem extends Error {}

function run(args: readonly string[], { stdout, env, stdin }: Surroundings): number {
  const { values, positionals: [command, ...places] } = parsed(args);
  if (values.help || command === undefined) {
    stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (command !== 'plan') {
    throw new UsageProblem(`there is no command '${command}'`);
  }
  const format = values.json ? 'json' : values.format ?? 'text';
  if (!FORMATS.includes(format)) {
    throw new UsageProblem(`--format must be one of ${FORMATS.join(', ')}, got '${format}'`);
  }
  if (places.length !== (values.cluster ? 1 : 2)) {
    throw new UsageProblem(values.cluster ? 'give AFTER, and nothing else' : 'give BEFORE and AFTER');
  }
  const { namespace, context } = values;
  const after = inputOf(places.at(-1)!, stdin);
  const before = values.cluster ? PlanInput.fromObjects(manifestsOfCluster(after._manifests, { context, namespace })) : inputOf(places[0], stdin);
  const plan = Plan.between(before, after, { namespace, prune: !values['no-prune'], maxUnavailable: values['max-unavailable'] });
  const color = stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  stdout.write(format === 'json' ? `${JSON.stringify(plan.toJson(), null, 2)}\n`
    : format === 'markdown' ? plan.toMarkdown() : plan.toText({ color, unchanged: values.all }));
  return plan.isRefused ? 1 : 0;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'cluster': { type: 'boolean' },
        'context': { type: 'string' },
        'namespace': { type: 'string', short: 'n' },
        'no-prune': { type: 'boolean' },
        'max-unavailable': { type: 'boolean' },
        'format': { type: 'string' },
        'json': { type: 'boolean' },
        'all': { type: 'boolean' },
        'help': { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageProblem((error as Error).message);
  }
}

function inputOf(place: string, stdin: () => string): PlanInput {
  return place === '-' ? PlanInput.fromText(stdin(), 'standard input') : PlanInput._from(place);
}
