import kplus = require('cdk8s-plus-27');
import { IConstruct } from 'constructs';
import { matchProblem } from './selectors';

const APPS_BY_LABEL = Symbol.for('cdk8s-stateful.AppsByLabel');

/** An app with pods of its own, which it finds by labels. */
interface Selecting extends IConstruct {
  readonly matchLabels: Record<string, string>;
  readonly matchExpressions: kplus.LabelSelectorRequirement[];
}

/** Which apps have a label, by namespace and label: so that each has to look at few others. */
type AppsByLabel = Map<string, Selecting[]>;

/** Has an app found by others whose selector wants these labels. */
export function registerLabels(app: Selecting, namespace: string | undefined, labels: Record<string, string>): void {
  const apps = appsByLabel(app.node.root);
  for (const key of keysOf(namespace, labels)) {
    const others = apps.get(key);
    if (others === undefined) {
      apps.set(key, [app]);
    } else {
      others.push(app);
    }
  }
}

/**
 * Another app whose pods the selector of this one finds, too, or nothing.
 *
 * A pod of two disruption budgets cannot be evicted, so that no node of it can be drained; and each governing service resolves to the
 * pods of both.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-workload-controllers-and-selectors
 */
export function overlappingApp(app: Selecting, namespace: string | undefined): Selecting | undefined {
  const apps = appsByLabel(app.node.root);
  const lists = keysOf(namespace, app.matchLabels).map(key => apps.get(key) ?? []);
  const candidates = lists.reduce((fewest, list) => list.length < fewest.length ? list : fewest);
  return candidates.find(other => other !== app && isThere(other)
    && matchProblem(other.matchLabels, app.matchLabels, app.matchExpressions) === undefined);
}

function appsByLabel(root: IConstruct): AppsByLabel {
  const holder = root as { [APPS_BY_LABEL]?: AppsByLabel };
  return holder[APPS_BY_LABEL] ??= new Map();
}

function keysOf(namespace: string | undefined, labels: Record<string, string>): string[] {
  return Object.entries(labels).map(([key, value]) => `${namespace ?? ''}/${key}=${value}`);
}

/** What was taken out of the tree is not written. */
function isThere(app: IConstruct): boolean {
  return app.node.scope!.node.tryFindChild(app.node.id) === app;
}
