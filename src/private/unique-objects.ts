import { ApiObject } from 'cdk8s';
import { IConstruct, IValidation } from 'constructs';

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
    root.node.addValidation(new ObjectsOfOneName(root));
  }
}

/** As `node.root`, which makes a list of all that is above. */
function rootOf(construct: IConstruct): IConstruct {
  const { scope } = construct.node;
  return scope === undefined ? construct : rootOf(scope);
}

/** What an object is called never changes, and cdk8s asks once more for each chart: so the same objects are not compared again. */
class ObjectsOfOneName implements IValidation {
  private compared: ApiObject[] = [];
  private problems: string[] = [];

  public constructor(private readonly root: IConstruct) {}

  public validate(): string[] {
    const objects: ApiObject[] = [];
    addObjects(this.root, objects);
    if (objects.length !== this.compared.length || objects.some((object, i) => object !== this.compared[i])) {
      this.compared = objects;
      this.problems = problemsOf(objects);
    }
    return this.problems;
  }
}

function addObjects(construct: IConstruct, objects: ApiObject[]): void {
  if (ApiObject.isApiObject(construct)) {
    objects.push(construct);
  }
  for (const child of construct.node.children) {
    addObjects(child, objects);
  }
}

function problemsOf(objects: ApiObject[]): string[] {
  const problems: string[] = [];
  const first = new Map<string, ApiObject>();
  for (const object of objects) {
    const { apiGroup, kind, metadata, name } = object;
    const identity = `${apiGroup}/${kind}/${metadata.namespace ?? ''}/${name}`;
    const earlier = first.get(identity);
    if (earlier === undefined) {
      first.set(identity, object);
    } else {
      problems.push(`'${earlier.node.path}' and '${object.node.path}' are both ${describe(object)}:`
        + ' kubectl would let the later overwrite the earlier, so give one of them another \'metadata.name\' or namespace');
    }
  }
  return problems;
}

function describe(object: ApiObject): string {
  const namespace = object.metadata.namespace;
  return `the ${object.kind} '${object.name}'${namespace === undefined ? '' : ` of namespace '${namespace}'`}`;
}
