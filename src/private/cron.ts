import { Cron } from 'cdk8s';
import { shown } from './refuse';

/** What a field may say: its lowest and highest number, and names for numbers. */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names?: string[];
}

const FIELDS: Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'weekDay', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/** `*`, `5`, `mon`, `1-5`, each perhaps with a step. */
const RANGE = /^(?:[*?]|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/;

/**
 * What keeps a schedule from being one that Kubernetes takes, or nothing.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 */
export function cronProblem(value: unknown): string | undefined {
  const expression = (value as Cron | null | undefined)?.expressionString;
  if (typeof expression !== 'string') {
    return `must be a Cron such as Cron.schedule({ minute: '0', hour: '3' }), got ${shown(value)}`;
  }
  const texts = expression.split(' ');
  const wrong = texts.length === FIELDS.length ? FIELDS.find((field, i) => !texts[i].split(',').every(range => isRange(range, field))) : undefined;
  if (wrong !== undefined) {
    return 'must have a \'minute\' from 0 to 59, an \'hour\' to 23, a \'day\' from 1 to 31, a \'month\' to 12 and a \'weekDay\' from 0 to 6, '
      + `got ${shown(expression)}, whose '${wrong.name}' is none`;
  }
  return texts.length === FIELDS.length ? undefined : `must have five fields without spaces, got ${shown(expression)}`;
}

function isRange(text: string, { min, max, names = [] }: Field): boolean {
  const [match, first, last = first, step] = RANGE.exec(text) ?? [];
  const numberOf = (word: string) => {
    const named = names.indexOf(word.toLowerCase());
    return named >= 0 ? named + min : /^\d+$/.test(word) ? Number(word) : NaN;
  };
  return match !== undefined && step !== '0'
    && (first === undefined || (numberOf(first) >= min && numberOf(first) <= numberOf(last) && numberOf(last) <= max));
}
