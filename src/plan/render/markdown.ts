import { byHand, changeText, claimLines, countsText, harmless, hasNews, movesText, nameOf, range, stepsOf } from './words';
import type { Plan } from '../plan';
import { PlanAction, PlanFinding, PlannedObject, PlannedStatefulSet, PlanSeverity } from '../plan-types';

const MOST_NODES = 12;
const MOST_ROWS = 50;

/** A plan for a comment on a pull request. Nothing of a manifest is read as Markdown, HTML or Mermaid. */
export function markdownOf(plan: Plan): string {
  const open = plan.findings.filter(({ waived }) => waived === undefined);
  const waived = plan.findings.filter(finding => finding.waived !== undefined);
  const changed = plan.objects.filter(({ action }) => action !== PlanAction.UNCHANGED);
  const sets = plan.statefulSets.filter(hasNews);
  const blocks = [
    `## ${headline(plan)}`,
    countsText(plan.objects),
    ...bySeverity(open, PlanSeverity.REFUSE, 'Refused'),
    ...bySeverity(open, PlanSeverity.WARN, 'Warnings'),
    ...sets.flatMap(setBlocks),
    ...changed.length > 0 ? ['### Objects', table(changed)] : [],
    ...bySeverity(open, PlanSeverity.NOTE, 'Notes'),
    ...waived.length > 0 ? ['### Waived', waived.map(({ rule, waived: reason, ...finding }) =>
      `- \`${rule}\` for ${code(nameOf(finding))}: ${code(reason!)}`).join('\n')] : [],
  ];
  return `${blocks.join('\n\n')}\n`;
}

function headline(plan: Plan): string {
  return plan.isRefused ? 'Do not apply this change' : plan.isEmpty ? 'Nothing changes' : 'This change can be applied';
}

function bySeverity(findings: readonly PlanFinding[], severity: PlanSeverity, title: string): string[] {
  const found = findings.filter(finding => finding.severity === severity);
  return found.length === 0 ? [] : [`### ${title}`, ...found.map(findingBlock)];
}

function findingBlock(finding: PlanFinding): string {
  const { rule, message, change, mend, source } = finding;
  return [
    `**${code(nameOf(finding))}** ([\`${rule}\`](${source}))`,
    `<br>${escaped(message)}.`,
    ...change ? [`<br>${code(changeText(change))}`] : [],
    ...mend.length > 0 ? ['', ...mend.map((step, i) => `${i + 1}. ${stepText(step)}`)] : [],
  ].join('\n');
}

/** A command as code, a sentence as text. */
function stepText(step: string): string {
  return /^(?:kubectl|for) .*[^.]$/.test(step) ? code(step) : escaped(step);
}

function setBlocks(set: PlannedStatefulSet): string[] {
  const steps = stepsOf(set.pods);
  const manual = byHand(set.pods);
  const lines = [
    ...set.blockedBy === undefined ? [] : [`waits for ${set.blockedBy}, which is not ready`],
    ...manual.length > 0 ? [`to be deleted by hand, in any order: ${range(manual.map(({ name }) => name))}`] : [],
    ...set.heldBack.length > 0 ? [`keep the old template: ${range(set.heldBack)}`] : [],
    ...set.untouched.length > 0 ? [`not touched: ${range(set.untouched)}`] : [],
    ...claimLines(set),
  ];
  return [
    `### ${code(nameOf({ kind: 'StatefulSet', ...set }))}: ${set.action}`,
    ...steps.length > 0 ? [diagram(steps.map(([step, pods]) => `${step}: ${movesText(pods)}`))] : [],
    ...lines.length > 0 ? [lines.map(line => `- ${escaped(line)}`).join('\n')] : [],
  ];
}

function diagram(steps: readonly string[]): string {
  const hidden = steps.length - MOST_NODES;
  const nodes = hidden > 0 ? [...steps.slice(0, MOST_NODES - 2), `${hidden + 1} more steps`, steps.at(-1)!] : steps;
  return [
    '```mermaid',
    'flowchart LR',
    ...nodes.map((node, i) => `  s${i}["${mermaidText(node)}"]${i > 0 ? `\n  s${i - 1} --> s${i}` : ''}`),
    '```',
  ].join('\n');
}

function table(objects: readonly PlannedObject[]): string {
  const rows = objects.slice(0, MOST_ROWS).map(object => {
    const changes = object.changes.slice(0, 5).map(change => code(changeText(change)));
    const more = object.changes.length - changes.length;
    return `| ${object.action} | ${code(nameOf(object))} | ${[...changes, ...more > 0 ? [`${more} more`] : []].join('<br>')} |`;
  });
  const more = objects.length - rows.length;
  return ['| | object | fields |', '|---|---|---|', ...rows, ...more > 0 ? [`| | ${more} more | |`] : []].join('\n');
}

/** As HTML, since backticks and pipes in a text would end code and cells. */
function code(text: string): string {
  return `<code>${escaped(text)}</code>`;
}

function escaped(text: string): string {
  return harmless(text).replace(/[&<>"'`|*_~[\]\\#@$:]/g, character => `&#${character.charCodeAt(0)};`);
}

function mermaidText(text: string): string {
  return harmless(text).replace(/[^\w\s.,:()-]/g, '?');
}
