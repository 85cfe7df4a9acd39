import { defaulted } from './defaults';
import { immutableFieldErrors } from './immutable-fields';
import { invalidObject, required } from './invalid';
import { KubeObject } from './objects';
import { provideNamespace, requireServiceAccount, ROOT_CA_CONFIG_MAP } from './service-accounts';
import { withClusterIp } from './service-addresses';
import { ApiError, ObjectStore } from './store';
import { validationErrors } from './validation';
import { schemaErrors } from '../../kubernetes-schema';

export interface AdmissionOptions {
  /** The certificate by which pods know the API server: PEM, for the ConfigMap `kube-root-ca.crt` of each namespace. @default - no such ConfigMap */
  readonly rootCa?: string;
}

/**
 * What the API server does to an object before it keeps it: checks it, fills it in, refuses it.
 *
 * Controllers write to the store directly. The status of an object is not looked at: whoever writes it is part of the cluster.
 */
export class Admission {
  constructor(private readonly store: ObjectStore, private readonly options: AdmissionOptions = {}) {}

  /**
   * The object as it is to be created. A namespace comes to be with its first object, and gets its `default` ServiceAccount.
   *
   * @throws ApiError 400, 403 or 422
   */
  create(object: KubeObject): KubeObject {
    if (object.metadata?.resourceVersion !== undefined) {
      throw new ApiError(400, 'BadRequest', 'resourceVersion should not be set on objects to be created');
    }
    const { status, ...created } = checked(object);
    refuseIf(created, validationErrors(created));

    const { namespace } = created.metadata;
    if (namespace !== undefined && !isProvided(created)) {
      provideNamespace(this.store, namespace, this.options.rootCa);
    }
    return this.completed(created);
  }

  /**
   * The object as it is to be put in place of the old one, of which it keeps the status unless it has one.
   *
   * @throws ApiError 422
   */
  update(old: KubeObject, updated: KubeObject): KubeObject {
    let result = checked(updated);
    if (result.kind === 'Service') {
      result = this.readdressed(old, result);
    }
    refuseIf(result, [...validationErrors(result), ...immutableFieldErrors(defaulted(old), result)]);
    return old.status !== undefined && result.status === undefined ? { ...result, status: structuredClone(old.status) } : result;
  }

  private completed(object: KubeObject): KubeObject {
    switch (object.kind) {
      case 'Service':
        return withClusterIp(object, this.store.list('Service'));
      case 'PersistentVolumeClaim': {
        const finalizers = new Set([...object.metadata.finalizers ?? [], 'kubernetes.io/pvc-protection']);
        return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers] }, status: { phase: 'Pending' } };
      }
      case 'Pod':
        requireServiceAccount(this.store, object);
        return { ...object, status: { phase: 'Pending' } };
      default:
        return object;
    }
  }

  /** An update that names no address keeps the one that is there. From and to ExternalName, one is given or given up. */
  private readdressed(old: KubeObject, service: KubeObject): KubeObject {
    const { spec } = service;
    if (spec.type === 'ExternalName' || old.spec.type === 'ExternalName') {
      const { name, namespace } = service.metadata;
      const others = this.store.list('Service').filter(({ metadata }) => metadata.name !== name || metadata.namespace !== namespace);
      return withClusterIp(service, others);
    }
    const clusterIP = spec.clusterIP || old.spec.clusterIP;
    return { ...service, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
  }
}

/** An object without nulls, by Kubernetes' schema, with Kubernetes' defaults. */
function checked(object: KubeObject): KubeObject {
  const { status, ...rest } = withoutNulls(object);
  refuseIf(rest, schemaErrors(rest).map(error => error.slice(error.indexOf(': ') + 2)));
  refuseIf(rest, rest.metadata?.name ? [] : [required('metadata.name', 'name or generateName is required')]);
  return { ...defaulted(rest), ...status === undefined ? {} : { status } };
}

function refuseIf(object: KubeObject, errors: readonly string[]): void {
  if (errors.length) {
    throw invalidObject(object, errors);
  }
}

/** A null says that a field is left out: `creationTimestamp: null` is in every manifest that a Go program printed. */
function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) {
    return value.map(withoutNulls) as T;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const present = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(present.map(([key, item]) => [key, withoutNulls(item)])) as T;
}

/** What a namespace gets is not there before if it is what is created. */
function isProvided({ kind, metadata: { name } }: KubeObject): boolean {
  return `${kind}/${name}` === 'ServiceAccount/default' || `${kind}/${name}` === `ConfigMap/${ROOT_CA_CONFIG_MAP}`;
}
