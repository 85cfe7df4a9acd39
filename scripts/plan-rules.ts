import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_RULES, SERVER_RULES } from '../src/plan/rules/all-rules';
import { Rule } from '../src/plan/rules/rule';

export const PAGE = join(__dirname, '..', 'docs', 'plan-rules.md');

const EFFECT_RULES = ALL_RULES.filter(rule => !SERVER_RULES.some(({ id }) => id === rule.id));
const SECTIONS: [string, string, readonly Rule[]][] = [
  ['What Kubernetes refuses', 'The API server of Kubernetes 1.27 answers such a change with an error; nothing of the object changes.', SERVER_RULES],
  ['What happens to pods and data', 'Kubernetes accepts it, and then something happens that is easily overlooked.', EFFECT_RULES.filter(rule => !isEtcd(rule))],
  ['etcd', 'For StatefulSets whose pods run members of etcd: those of `EtcdCluster`, and those written by hand.', EFFECT_RULES.filter(isEtcd)],
];

/** The catalogue of all rules, made of what each says of itself. */
export function catalogue(): string {
  return `<!-- made by scripts/plan-rules.ts of src/plan/rules; change it there -->
# Rules of the plan

What [\`cdk8s-stateful plan\`](review-a-change.md) finds. **refuse** stops: the command ends with 1, and \`cdk8s synth\` fails. **warn** and **note** do not.

A rule is waived for one object by an annotation of that object, with the reason; the reason is printed with the plan:

\`\`\`yaml
metadata:
  annotations:
    cdk8s-stateful/plan-waive.claim-template-grown: claims were grown by hand on Monday
\`\`\`

${SECTIONS.map(([title, text, rules]) => `## ${title}\n\n${text}\n\n${[...rules].sort((a, b) => a.id < b.id ? -1 : 1).map(entry).join('\n')}`).join('\n')}`;
}

function entry({ id, severity, title, explanation, mend, source }: Rule): string {
  return `### ${id}\n\n**${severity}**: ${title}. [Source](${source})\n\n${explanation}\n\n*What to do*: ${mend}\n`;
}

function isEtcd({ id }: Rule): boolean {
  return id.startsWith('etcd-');
}

if (require.main === module) {
  writeFileSync(PAGE, catalogue());
}
