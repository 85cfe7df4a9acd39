import { readFileSync, writeFileSync } from 'node:fs';

/** One step as the report of jest has it. */
interface Step {
  readonly story: string;
  readonly seconds: number;
  readonly state: 'passed' | 'failed' | 'skipped';
}

const BEGIN = '<!-- results -->';
const END = '<!-- /results -->';

/** Puts the table of a run in the place of the one before. */
export function writeResults(report: string, page: string): void {
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) {
    throw new Error(`${page} has no place for results between ${BEGIN} and ${END}`);
  }
  writeFileSync(page, `${text.slice(0, begin + BEGIN.length)}\n${resultsTable(readFileSync(report, 'utf8'))}\n${text.slice(end)}`);
}

/** A table in Markdown of what each scenario ran on, how long its steps took, and how they ended. */
export function resultsTable(report: string): string {
  const stories = new Map<string, Step[]>();
  for (const step of stepsIn(report)) {
    stories.set(step.story, [...stories.get(step.story) ?? [], step]);
  }
  const rows = [...stories].sort(([a], [b]) => a.localeCompare(b, 'en')).map(([story, steps]) => {
    const [, name, etcd = ''] = /^(.*?)(?: \(etcd (.*)\))?$/.exec(story)!;
    const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
    const states = (['passed', 'failed', 'skipped'] as const).map(state => [state, steps.filter(step => step.state === state).length] as const);
    return [name, etcd, `${seconds.toFixed(1)} s`, states.filter(([, count]) => count > 0).map(([state, count]) => `${count} ${state}`).join(', ')];
  });
  return ['| scenario | etcd | time | steps |', '|---|---|---|---|', ...rows.map(row => `| ${row.join(' | ')} |`)].join('\n');
}

function* stepsIn(report: string): Iterable<Step> {
  for (const [, attributes, ended, content = ''] of report.matchAll(/<testcase ([^>]*?)(?:(\/)>|>([\s\S]*?)<\/testcase>)/g)) {
    const attribute = (name: string) => unescaped(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)![1]);
    const state = ended || !/<(failure|error|skipped)/.test(content) ? 'passed' : content.includes('<skipped') ? 'skipped' : 'failed';
    yield { story: attribute('classname'), seconds: Number(attribute('time')), state };
  }
}

function unescaped(text: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(\w+);/g, (_, entity) => entities[entity]);
}
