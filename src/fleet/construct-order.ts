import { ApiObject, Chart } from 'cdk8s';
import { IConstruct } from 'constructs';
import { isKeptWithinChart } from '../private/chart-border';

type Dependency = readonly [source: IConstruct, target: IConstruct];

/**
 * The constructs below a root, and the root, with whatever each depends on before it.
 *
 * The order is that of cdk8s's `DependencyGraph` after it has inferred that the objects of a construct depend on each object of
 * what the construct depends on, within their charts: depth first, from the constructs on which nothing depends. cdk8s writes
 * each inferred dependency down, which are |sources| x |targets|, and follows every path, of which a chain has exponentially
 * many. Here a construct stands for its objects, and nothing is visited twice.
 *
 * @throws where constructs depend on each other in a circle, in the words of cdk8s, with their paths.
 */
export function constructsInOrder(root: IConstruct, options: { readonly inferred: boolean }): IConstruct[] {
  const constructs = root.node.findAll();
  const inside = new Set(constructs);
  const dependencies = constructs.flatMap(source => source.node.dependencies
    .filter(target => inside.has(target))
    .map((target): Dependency => [source, target]));
  // cdk8s keeps constructs by their path in an object, whose keys that are numbers come first.
  const [numbers, others] = partition(constructs, isCalledByNumber);
  const inTurn = [...numbers, ...others];
  return dependencies.length === 0 ? inTurn : new Graph(root, constructs, dependencies, options.inferred).sort(inTurn);
}

/** One construct, or several that are depended on together, or what several depend on together. */
class Vertex {
  public state: 'new' | 'open' | 'done' = 'new';
  /** Whether something was left out that another construct, which comes here on another way, still needs. */
  public isPartial = false;
  /** How many dependencies lead here: to the construct itself, and to what it is part of. */
  public dependants = 0;

  public constructor(public readonly construct?: IConstruct, public readonly needs: Vertex[] = []) {}
}

/** Which dependencies are meant: all, or those on constructs of the same chart. */
type Reach = 'everywhere' | 'atHome';

/** The one object in a construct, where there are not several or none. */
type Sole = IConstruct | 'several' | undefined;

interface Step {
  readonly vertex: Vertex;
  next: number;
}

class Graph {
  private readonly vertices: Map<IConstruct, Vertex>;
  /** For each construct, the objects of its chart that are in it. */
  private readonly groups = new Map<IConstruct, Vertex>();
  /** For each construct, what the objects in it depend on because it does, or because what it is part of does. */
  private readonly duties = { everywhere: new Map<IConstruct, Vertex | undefined>(), atHome: new Map<IConstruct, Vertex | undefined>() };
  private readonly soles = { everywhere: new Map<IConstruct, Sole>(), atHome: new Map<IConstruct, Sole>() };
  private readonly targets = new Map<IConstruct, IConstruct[]>();
  private readonly way: Step[] = [];

  public constructor(private readonly root: IConstruct, private readonly constructs: IConstruct[], dependencies: Dependency[], inferred: boolean) {
    this.vertices = new Map(constructs.map(construct => [construct, new Vertex(construct)]));
    for (const [source, target] of dependencies) {
      this.vertex(source).needs.push(this.vertex(target));
      this.vertex(target).dependants++;
      remembered(this.targets, source, () => []).push(target);
    }
    if (inferred) {
      this.infer(dependencies);
    }
  }

  /** Depth first from what nothing depends on; whatever is not reached so depends on itself. */
  public sort(inTurn: IConstruct[]): IConstruct[] {
    const sorted: IConstruct[] = [];
    const vertices = inTurn.map(construct => this.vertex(construct));
    for (const start of [...vertices.filter(vertex => vertex.dependants === 0), ...vertices]) {
      this.enter(start);
      // not by recursion: a chain may be longer than the stack is deep.
      for (let step = this.way.at(-1); step !== undefined; step = this.way.at(-1)) {
        const { vertex } = step;
        if (step.next < vertex.needs.length) {
          this.enter(vertex.needs[step.next++]);
        } else {
          this.way.pop();
          vertex.state = vertex.isPartial ? 'new' : 'done';
          vertex.isPartial = false;
          if (vertex.construct !== undefined) {
            sorted.push(vertex.construct);
          }
        }
      }
    }
    return sorted;
  }

  private enter(vertex: Vertex): void {
    if (vertex.state === 'open') {
      this.closeCircle(vertex);
    } else if (vertex.state === 'new') {
      vertex.state = 'open';
      this.way.push({ vertex, next: 0 });
    }
  }

  /** An object does not depend on itself because of something that it is part of; everything else that leads back is a circle. */
  private closeCircle(vertex: Vertex): void {
    const circle = this.way.slice(this.way.findIndex(step => step.vertex === vertex)).map(step => step.vertex);
    const members = circle.flatMap(({ construct }) => construct ?? []);
    if (members.length > 1 || circle.length === 1) {
      throw new Error(`Dependency cycle detected: ${[...members, members[0]].map(member => member.node.path).join(' => ')}`);
    }
    circle.filter(({ construct }) => construct === undefined).forEach(group => { group.isPartial = true; });
    if (vertex.construct === undefined) {
      this.enter(new Vertex(undefined, [...membersOf(vertex)].filter(member => member.construct !== members[0])));
    }
  }

  private infer(dependencies: Dependency[]): void {
    const groups = new Map<IConstruct, number>();
    for (const [source, target] of dependencies) {
      const sole = this.soleObject(source, isAtHome(source, target) ? 'atHome' : 'everywhere');
      if (sole !== undefined) {
        groups.set(target, (groups.get(target) ?? 0) + 1);
      }
      if (sole !== undefined && sole !== 'several' && isWithin(sole, target)) {
        this.vertex(sole).dependants--;
      }
    }
    const counts = new Map<IConstruct, number>();
    for (const construct of this.constructs) {
      const count = (groups.get(construct) ?? 0) + (this.isOutermost(construct) ? 0 : counts.get(construct.node.scope!)!);
      counts.set(construct, count);
      if (ApiObject.isApiObject(construct)) {
        const vertex = this.vertex(construct);
        const duty = this.duty(construct, isKeptWithinChart(construct) ? 'atHome' : 'everywhere');
        vertex.dependants += count;
        vertex.needs.push(...duty === undefined ? [] : [duty]);
      }
    }
  }

  private vertex(construct: IConstruct): Vertex {
    return this.vertices.get(construct)!;
  }

  /** Whether nothing that it is part of is in the same chart, or is looked at. */
  private isOutermost(construct: IConstruct): boolean {
    return construct === this.root || Chart.isChart(construct);
  }

  private duty(construct: IConstruct, reach: Reach): Vertex | undefined {
    return remembered(this.duties[reach], construct, () => {
      const outer = this.isOutermost(construct) ? undefined : this.duty(construct.node.scope!, reach);
      const targets = this.targets.get(construct)?.filter(target => reach === 'everywhere' || isAtHome(construct, target));
      if (targets === undefined) {
        return outer;
      }
      return new Vertex(undefined, [...outer === undefined ? [] : [outer], ...targets.map(target => this.group(target))]);
    });
  }

  private group(construct: IConstruct): Vertex {
    return remembered(this.groups, construct, () => new Vertex(undefined, [
      ...ApiObject.isApiObject(construct) ? [this.vertex(construct)] : [],
      ...partsOf(construct).map(part => this.group(part)),
    ]));
  }

  /** The object that depends on something in that reach because it is in this construct. */
  private soleObject(construct: IConstruct, reach: Reach): Sole {
    return remembered(this.soles[reach], construct, () => {
      const found = [
        ...ApiObject.isApiObject(construct) && (reach === 'atHome' || !isKeptWithinChart(construct)) ? [construct] : [],
        ...partsOf(construct).flatMap(part => this.soleObject(part, reach) ?? []),
      ];
      return found.length > 1 ? 'several' : found[0];
    });
  }
}

function isAtHome(source: IConstruct, target: IConstruct): boolean {
  return Chart.of(source) === Chart.of(target);
}

/** What is in a construct and in the same chart. */
function partsOf(construct: IConstruct): IConstruct[] {
  return construct.node.children.filter(child => !Chart.isChart(child));
}

/** Whether an object is one of those that stand for this construct. */
function isWithin(object: IConstruct, construct: IConstruct): boolean {
  return object === construct || (!Chart.isChart(object) && object.node.scope !== undefined && isWithin(object.node.scope, construct));
}

/** The constructs in a group, or in groups of groups, in their order. */
function membersOf(vertex: Vertex, found = new Set<Vertex>()): Set<Vertex> {
  for (const need of vertex.needs) {
    if (need.construct === undefined) {
      membersOf(need, found);
    } else {
      found.add(need);
    }
  }
  return found;
}

/** Whether its whole path is the index of a list, by which objects of JavaScript sort their keys. */
function isCalledByNumber({ node }: IConstruct): boolean {
  return node.scope?.node.scope === undefined && /^(0|[1-9]\d{0,9})$/.test(node.id) && Number(node.id) < 2 ** 32 - 1;
}

function partition<T>(list: T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [list.filter(isFirst), list.filter(item => !isFirst(item))];
}

function remembered<K, V>(memory: Map<K, V>, key: K, make: () => V): V {
  if (!memory.has(key)) {
    memory.set(key, make());
  }
  return memory.get(key)!;
}
