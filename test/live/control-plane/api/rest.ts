import { randomInt } from 'node:crypto';
import { DeleteOptions, deleteObject } from './deletion';
import { badRequest, methodNotAllowed, noSuchResource, notFound } from './errors';
import { eventObjects } from './event-objects';
import { Answer, Content, jsonOf, ResourceRequest } from './exchange';
import { patched } from './patch';
import { PodOperations, PodSubresources } from './pod-subresources';
import { apiVersionOf, RequestInfo, Resource, resourceOf, Target } from './resources';
import { scaled, scaleOf } from './scale';
import { selectionOf } from './selectors';
import { EventLog } from '../events';
import { KubeObject } from '../objects';
import { ApiError, ObjectStore } from '../store';

/** What checks and completes an object before it is written. */
export interface AdmissionControl {
  create(object: KubeObject): KubeObject;
  update(old: KubeObject, updated: KubeObject): KubeObject;
}

export interface RestOptions {
  readonly store: ObjectStore;
  readonly admission: AdmissionControl;
  readonly events: EventLog;
  readonly pods: PodOperations;
}

/**
 * What the verbs mean: admission and the store, in the order in which an API server asks them. Who may do what is settled before.
 *
 * An update is one step from reading to writing, with nothing in between that could wait. So it meets no conflict but with the version that
 * the client itself has named.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class Rest {
  private readonly started = Date.now();
  private readonly pods: PodSubresources;

  constructor(private readonly options: RestOptions) {
    this.pods = new PodSubresources(options.store, options.pods);
  }

  async answer(info: RequestInfo & { readonly target: Target }, content: Content): Promise<Answer> {
    const resource = resourceOf(info.target);
    if (!resource) {
      throw noSuchResource();
    }
    if (info.query.has('dryRun')) {
      throw badRequest('the dryRun feature is disabled');
    }
    const request = { ...info, resource };
    switch (info.target.subresource) {
      case undefined: return this.object(request, content);
      case 'status': return this.status(request, content);
      case 'scale': return this.scale(request, content);
      case 'log': return this.pods.log(request, this.load(request));
      case 'exec': return this.pods.exec(request, this.load(request), content);
      case 'eviction': return this.pods.eviction(request, this.load(request), content);
      default: throw noSuchResource();
    }
  }

  private object(request: ResourceRequest, content: Content): Answer {
    const { verb, resource, target } = request;
    if (!resource.verbs.includes(verb)) {
      throw methodNotAllowed();
    }
    switch (verb) {
      case 'list': return this.list(request);
      case 'get': return { code: 200, body: this.load(request) };
      case 'create': return { code: 201, body: this.create(request, jsonOf(content)) };
      case 'update': return { code: 200, body: this.replace(request, () => jsonOf(content)) };
      case 'patch': return { code: 200, body: this.replace(request, old => patched(old, content.type, jsonOf(content))) };
      case 'delete': return this.delete(request, content);
      default: throw new Error(`${verb} of ${target.resource} is not served here`);
    }
  }

  private list({ resource, target: { namespace }, query }: ResourceRequest): Answer {
    const selected = selectionOf(query, resource);
    const items = this.all(resource, namespace).filter(selected);
    const { resourceVersion } = this.options.store;
    return { code: 200, body: { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: { resourceVersion }, items } };
  }

  private create(request: ResourceRequest, body: any): KubeObject {
    const { store, admission } = this.options;
    const { resource, target } = request;
    if (target.name !== undefined || (resource.namespaced && target.namespace === undefined)) {
      throw methodNotAllowed();
    }
    const { deletionTimestamp: _, deletionGracePeriodSeconds: __, ...metadata } = body.metadata ?? {};
    const name = metadata.name || (metadata.generateName && generateName(metadata.generateName));
    if (!name) {
      const problem = 'metadata.name: Required value: name or generateName is required';
      throw new ApiError(422, 'Invalid', `${resource.kind} "" is invalid: ${problem}`);
    }
    const object = typed({ ...body, metadata: { ...metadata, name } }, request);
    return store.create(admission.create(withStatus(object, resource, undefined)));
  }

  /** Changes all but the status, where that is a subresource. */
  private replace(request: ResourceRequest, change: (old: KubeObject) => KubeObject): KubeObject {
    return this.update(request, old => withStatus(typed(named(change(old), request), request), request.resource, old.status));
  }

  private update(request: ResourceRequest, change: (old: KubeObject) => KubeObject): KubeObject {
    const { store, admission } = this.options;
    if (request.target.name === undefined) {
      throw methodNotAllowed();
    }
    const old = this.load(request);
    return store.update(admission.update(old, change(old)));
  }

  private delete(request: ResourceRequest, content: Content): Answer {
    const { store } = this.options;
    const { query, target, resource } = request;
    const grace = query.get('gracePeriodSeconds');
    const options: DeleteOptions = {
      ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
      ...(query.has('propagationPolicy') && { propagationPolicy: query.get('propagationPolicy') as DeleteOptions['propagationPolicy'] }),
      ...(content.text && jsonOf(content)),
    };
    const deleted = deleteObject(store, this.load(request), options);
    const left = store.find(resource.kind, target.namespace, target.name!);
    const details = { name: target.name, group: resource.group || undefined, kind: resource.name, uid: deleted.metadata.uid };
    return { code: 200, body: left ?? { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
  }

  private status(request: ResourceRequest, content: Content): Answer {
    return this.part(request, content, old => old, (old, changed) => {
      const { resourceVersion = old.metadata.resourceVersion } = changed.metadata;
      return withStatus({ ...old, metadata: { ...old.metadata, resourceVersion } }, request.resource, changed.status);
    });
  }

  private scale(request: ResourceRequest, content: Content): Answer {
    return this.part(request, content, scaleOf, scaled);
  }

  /** A subresource that shows a part of an object, and lets it be changed. */
  private part(
    request: ResourceRequest, content: Content, view: (object: KubeObject) => KubeObject, take: (old: KubeObject, changed: KubeObject) => KubeObject,
  ): Answer {
    const changed = (change: (old: KubeObject) => KubeObject) =>
      ({ code: 200, body: view(this.update(request, old => take(old, named(change(old), request)))) });
    switch (request.verb) {
      case 'get': return { code: 200, body: view(this.load(request)) };
      case 'update': return changed(() => jsonOf(content));
      case 'patch': return changed(old => patched(view(old), content.type, jsonOf(content)));
      default: throw methodNotAllowed();
    }
  }

  private load({ resource, target }: ResourceRequest): KubeObject {
    const object = resource.kind === 'Event'
      ? this.all(resource, target.namespace).find(event => event.metadata.name === target.name)
      : this.options.store.find(resource.kind, target.namespace, target.name!);
    if (!object) {
      throw notFound(target);
    }
    return object;
  }

  private all({ kind }: Resource, namespace: string | undefined): KubeObject[] {
    const { store, events } = this.options;
    return kind === 'Event'
      ? eventObjects(events, this.started).filter(event => namespace === undefined || event.metadata.namespace === namespace)
      : store.list(kind, namespace);
  }
}

/** A client may leave out what the URL says already, but not say something else. */
function typed(object: KubeObject, { resource, target: { namespace } }: ResourceRequest): KubeObject {
  const apiVersion = apiVersionOf(resource);
  if ((object.apiVersion ?? apiVersion) !== apiVersion) {
    throw badRequest(`the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`);
  }
  if ((object.kind ?? resource.kind) !== resource.kind) {
    throw badRequest(`${object.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}`);
  }
  if ((object.metadata.namespace ?? namespace) !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return { ...object, apiVersion, kind: resource.kind, metadata: { ...object.metadata, ...(namespace !== undefined && { namespace }) } };
}

function named(object: KubeObject, { target }: ResourceRequest): KubeObject {
  const name = object.metadata?.name;
  if (name !== target.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }
  return object;
}

/** Where status is a subresource, it is not to be written with the rest. */
function withStatus(object: KubeObject, { subresources }: Resource, status: unknown): KubeObject {
  if (!subresources.includes('status')) {
    return object;
  }
  const { status: _, ...rest } = object;
  return status === undefined ? rest as KubeObject : { ...rest, status } as KubeObject;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.27.1/staging/src/k8s.io/apiserver/pkg/storage/names/generate.go */
function generateName(base: string): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return base.slice(0, 63 - 5) + Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
}
