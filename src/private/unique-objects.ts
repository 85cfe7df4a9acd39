import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';

const GUARDED = Symbol.for('cdk8s-stateful.ObjectsOfOneNameRefused');

/**
 * Has the whole app checked for objects that would overwrite each other, once however many constructs ask for it.
 *
 * `kubectl apply` takes two documents with the same kind, namespace and name for two states of one object, and the later
 * one wins without a word.
 */
export function refuseObjectsOfOneName(scope: IConstruct): void {
  const root = rootOf(scope);
  if (!(GUARDED in root)) {
    Object.defineProperty(root, GUARDED, { value: true });
    root.node.addValidation({ validate: () => objectsOfOneName(root) });
  }
}

/** As `node.root`, which makes a list of all that is above. */
function rootOf(construct: IConstruct): IConstruct {
  const { scope } = construct.node;
  return scope === undefined ? construct : rootOf(scope);
}

function objectsOfOneName(root: IConstruct): string[] {
  const problems: string[] = [];
  const first = new Map<string, ApiObject>();
  const visit = (construct: IConstruct) => {
    if (ApiObject.isApiObject(construct)) {
      const { apiGroup, kind, metadata, name } = construct;
      const identity = `${apiGroup}/${kind}/${metadata.namespace ?? ''}/${name}`;
      const earlier = first.get(identity);
      if (earlier === undefined) {
        first.set(identity, construct);
      } else {
        problems.push(`'${earlier.node.path}' and '${construct.node.path}' are both ${describe(construct)}:`
          + ' kubectl would let the later overwrite the earlier, so give one of them another \'metadata.name\' or namespace');
      }
    }
    construct.node.children.forEach(visit);
  };
  visit(root);
  return problems;
}

function describe(object: ApiObject): string {
  const namespace = object.metadata.namespace;
  return `the ${object.kind} '${object.name}'${namespace === undefined ? '' : ` of namespace '${namespace}'`}`;
}
