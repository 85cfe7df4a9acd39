/** What every object of Kubernetes has. The rest of it is as its kind says, and checked against the schema when it is written. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: any;
  status?: any;
  [field: string]: any;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[];
}

/** `StatefulSet default/etcd`, as events and messages name an object. */
export function nameOf({ kind, metadata: { namespace, name } }: KubeObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** Whether labels have all that a plain map of a Service or a workload asks for. An empty map asks for nothing, and so matches all. */
export function hasLabels(object: KubeObject, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value);
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
export function matches(object: KubeObject, selector: LabelSelector): boolean {
  const labels = object.metadata.labels ?? {};
  return hasLabels(object, selector.matchLabels ?? {}) && (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In': return key in labels && values.includes(labels[key]);
      case 'NotIn': return !(key in labels && values.includes(labels[key]));
      case 'Exists': return key in labels;
      case 'DoesNotExist': return !(key in labels);
    }
  });
}

/** The reference by which an object says whose it is. */
export function ownedBy(owner: KubeObject, controller = true): OwnerReference {
  const { apiVersion, kind, metadata: { name, uid } } = owner;
  return { apiVersion, kind, name, uid: uid!, controller, blockOwnerDeletion: controller };
}

export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return (object.metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid);
}

/** The condition of a type in an object's status, e.g. `Ready` of a pod. */
export function hasCondition(object: KubeObject, type: string): boolean {
  return (object.status?.conditions ?? []).some((condition: any) => condition.type === type && condition.status === 'True');
}
