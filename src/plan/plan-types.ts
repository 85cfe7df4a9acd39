/**
 * What becomes of an object when the change is applied.
 */
export enum PlanAction {
  /** It is made. */
  CREATE = 'create',

  /** It is changed in place. */
  UPDATE = 'update',

  /** Nothing of it changes, with Kubernetes' defaults filled in on both sides. */
  UNCHANGED = 'unchanged',

  /** It is not in the new manifests, and whatever prunes deletes it. */
  DELETE = 'delete',

  /** It is not in the new manifests, and stays: nothing prunes it. */
  LEAVE = 'leave',

  /** Kubernetes refuses the change, and the object stays as it is. */
  REFUSE = 'refuse',
}

/**
 * How bad a finding is.
 */
export enum PlanSeverity {
  /** The change must not be applied: Kubernetes refuses it, or data or service would be lost. */
  REFUSE = 'refuse',

  /** It does something that is easily overlooked. */
  WARN = 'warn',

  /** Good to know. */
  NOTE = 'note',
}

/**
 * What happens to a pod.
 */
export enum PodAction {
  /** There was none of its ordinal. */
  CREATE = 'create',

  /** It is stopped, and made anew on the same claims. */
  REPLACE = 'replace',

  /** It is stopped, and none takes its place. */
  DELETE = 'delete',

  /** It gets the new template only once somebody deletes it. */
  BY_HAND = 'by hand',
}

/**
 * What happens to a claim and the data on it.
 */
export enum ClaimFate {
  /** Its pod goes on with it. */
  STAYS = 'stays',

  /** It is made, with nothing on it. */
  MADE = 'made',

  /** It is there from before, and a new pod gets it with what is on it. */
  REUSED = 'reused',

  /** Its pod goes; it stays, with what is on it. */
  ORPHANED = 'orphaned',

  /** It is deleted by a retention policy, and in most clusters the disk with it. */
  DELETED = 'deleted',
}

/**
 * A field that has another value.
 */
export interface PlanFieldChange {
  /**
   * Where it is, for example `spec.template.spec.containers[web].image`.
   */
  readonly path: string;

  /**
   * What it was, as JSON, shortened; values of secrets are hidden.
   *
   * @default - it was not there
   */
  readonly before?: string;

  /**
   * What it becomes, as JSON, shortened.
   *
   * @default - it is not there any more
   */
  readonly after?: string;
}

/**
 * What becomes of an object.
 */
export interface PlannedObject {
  /**
   * The version of the API, for example `apps/v1`.
   */
  readonly apiVersion: string;

  /**
   * The kind, for example `StatefulSet`.
   */
  readonly kind: string;

  /**
   * The namespace.
   *
   * @default - the manifest names none
   */
  readonly namespace?: string;

  /**
   * The name.
   */
  readonly name: string;

  /**
   * What happens to it.
   */
  readonly action: PlanAction;

  /**
   * The fields that change; none for an object that is made or goes.
   */
  readonly changes: PlanFieldChange[];
}

/**
 * A pod that moves.
 */
export interface PlannedPod {
  /**
   * When: pods of the same step move at once, and each step waits for the pods of the one before to be ready or gone. Zero where nobody knows when.
   */
  readonly step: number;

  /**
   * The pod.
   */
  readonly name: string;

  /**
   * Its ordinal.
   */
  readonly ordinal: number;

  /**
   * What happens to it.
   */
  readonly action: PodAction;

  /**
   * Whether it gets the new template; a pod below the partition does not.
   */
  readonly updated: boolean;
}

/**
 * A claim of a StatefulSet.
 */
export interface PlannedClaim {
  /**
   * Its name, for example `data-db-0`.
   */
  readonly name: string;

  /**
   * The ordinal of its pod.
   */
  readonly ordinal: number;

  /**
   * What happens to it.
   */
  readonly fate: ClaimFate;
}

/**
 * What becomes of the pods and claims of a StatefulSet.
 */
export interface PlannedStatefulSet {
  /**
   * The namespace.
   *
   * @default - the manifest names none
   */
  readonly namespace?: string;

  /**
   * The name.
   */
  readonly name: string;

  /**
   * What happens to the StatefulSet itself.
   */
  readonly action: PlanAction;

  /**
   * Whether the pod template changes, with Kubernetes' defaults filled in on both sides.
   */
  readonly templateChanges: boolean;

  /**
   * The pods that move, in the order in which they do.
   */
  readonly pods: PlannedPod[];

  /**
   * The pods that nothing happens to.
   */
  readonly untouched: string[];

  /**
   * The pods that keep an older template, since they are below the partition.
   */
  readonly heldBack: string[];

  /**
   * The claims, by ordinal.
   */
  readonly claims: PlannedClaim[];

  /**
   * A pod that is not ready and for which the controller waits, before it moves another.
   *
   * @default - none is known
   */
  readonly blockedBy?: string;
}

/**
 * Something to know, or to mend, before a change is applied.
 */
export interface PlanFinding {
  /**
   * The rule, for example `claim-template-grown`.
   */
  readonly rule: string;

  /**
   * How bad it is.
   */
  readonly severity: PlanSeverity;

  /**
   * The kind of the object.
   */
  readonly kind: string;

  /**
   * The namespace of the object.
   *
   * @default - the manifest names none
   */
  readonly namespace?: string;

  /**
   * The name of the object.
   */
  readonly name: string;

  /**
   * The field, with both values.
   *
   * @default - the finding is about the object as a whole
   */
  readonly change?: PlanFieldChange;

  /**
   * What will happen.
   */
  readonly message: string;

  /**
   * What to do about it: commands and sentences, in order.
   */
  readonly mend: string[];

  /**
   * Where this is said.
   */
  readonly source: string;

  /**
   * The reason why somebody does it all the same, from the annotation `cdk8s-stateful/plan-waive.<rule>`.
   *
   * @default - it is not waived
   */
  readonly waived?: string;
}

/**
 * Options of `Plan.between()`.
 */
export interface PlanOptions {
  /**
   * Whether objects that are not in the new manifests are deleted, as GitOps tools and `kubectl apply --prune` do.
   *
   * @default true
   */
  readonly prune?: boolean;

  /**
   * The namespace of manifests that name none, as in `kubectl apply -n`.
   *
   * @default - they are compared with objects of their name in the one namespace that has it
   */
  readonly namespace?: string;

  /**
   * Whether the cluster has the feature gate `MaxUnavailableStatefulSet`. It is off in Kubernetes before 1.37, unless
   * somebody turned it on, and `maxUnavailable` is dropped then.
   *
   * @default false
   */
  readonly maxUnavailable?: boolean;
}
