import { byHand, changeText, claimLines, countsText, harmless, hasNews, movesText, nameOf, range, stepsOf } from './words';
import type { Plan } from '../plan';
import { PlanAction, PlanFinding, PlannedObject, PlannedStatefulSet, PlanSeverity } from '../plan-types';

const COLORS = { red: 31, green: 32, yellow: 33, blue: 36, grey: 90 };
type Color = keyof typeof COLORS;
type Paint = (color: Color, text: string) => string;

const ACTION_COLORS: Record<PlanAction, Color> = {
  [PlanAction.CREATE]: 'green',
  [PlanAction.UPDATE]: 'yellow',
  [PlanAction.UNCHANGED]: 'grey',
  [PlanAction.DELETE]: 'red',
  [PlanAction.LEAVE]: 'grey',
  [PlanAction.REFUSE]: 'red',
};

const SEVERITY_COLORS: Record<PlanSeverity, Color> = {
  [PlanSeverity.REFUSE]: 'red',
  [PlanSeverity.WARN]: 'yellow',
  [PlanSeverity.NOTE]: 'blue',
};

/** More steps than these are shortened in the middle. */
const MOST_STEPS = 24;

const MOST_CHANGES = 12;

/** A plan for a terminal. */
export function textOf(plan: Plan, color: boolean, unchanged: boolean): string {
  const paint: Paint = (name, text) => color ? `\x1b[${COLORS[name]}m${text}\x1b[0m` : text;
  const sets = new Map(plan.statefulSets.map(set => [nameOf({ kind: 'StatefulSet', ...set }), set]));
  const shown = plan.objects.filter(object => unchanged || object.action !== PlanAction.UNCHANGED || hasMoves(sets.get(nameOf(object))));
  const blocks = [
    ...shown.map(object => objectText(object, sets.get(nameOf(object)), paint)),
    ...plan.findings.map(finding => findingText(finding, paint)),
    [`${countsText(plan.objects)}${plan.isRefused ? paint('red', '; do not apply this') : ''}`],
  ];
  // what is said in one line stands together.
  return `${blocks.map((lines, i) => `${i > 0 && lines.length + blocks[i - 1].length > 2 ? '\n' : ''}${lines.join('\n')}\n`).join('')}`;
}

function hasMoves(set: PlannedStatefulSet | undefined): boolean {
  return set !== undefined && hasNews(set);
}

function objectText(object: PlannedObject, set: PlannedStatefulSet | undefined, paint: Paint): string[] {
  const changes = object.changes.slice(0, MOST_CHANGES).map(change => `  ${harmless(changeText(change))}`);
  const more = object.changes.length - changes.length;
  return [
    `${paint(ACTION_COLORS[object.action], object.action.padEnd(9))} ${harmless(nameOf(object))}`,
    ...changes,
    ...more > 0 ? [`  ... and ${more} more fields`] : [],
    ...set ? setLines(set).map(line => `  ${harmless(line)}`) : [],
  ];
}

function setLines(set: PlannedStatefulSet): string[] {
  const steps = stepsOf(set.pods).map(([step, pods]) => `step ${step}: ${movesText(pods)}`);
  const hidden = steps.length - MOST_STEPS;
  const manual = byHand(set.pods);
  return [
    ...set.blockedBy === undefined ? [] : [`waits for ${set.blockedBy}, which is not ready`],
    ...hidden > 0 ? [...steps.slice(0, MOST_STEPS - 2), `... ${hidden + 1} more steps`, steps.at(-1)!] : steps,
    ...manual.length > 0 ? [`by hand, in any order: delete ${range(manual.map(({ name }) => name))}`] : [],
    ...set.heldBack.length > 0 ? [`keep the old template: ${range(set.heldBack)}`] : [],
    ...set.pods.length > 0 && set.untouched.length > 0 ? [`not touched: ${range(set.untouched)}`] : [],
    ...claimLines(set),
  ];
}

function findingText(finding: PlanFinding, paint: Paint): string[] {
  const { severity, rule, message, change, mend, source, waived } = finding;
  const title = waived === undefined ? paint(SEVERITY_COLORS[severity], severity.padEnd(6)) : paint('grey', 'waived');
  return [
    `${title} ${rule}: ${harmless(nameOf(finding))}`,
    `  ${harmless(message)}`,
    ...change ? [`  ${harmless(changeText(change))}`] : [],
    ...waived === undefined ? mend.map((step, i) => `  ${mend.length > 1 ? `${i + 1}. ` : '=> '}${harmless(step)}`) : [`  because: ${harmless(waived)}`],
    `  ${paint('grey', source)}`,
  ];
}
