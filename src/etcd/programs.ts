import { readFileSync } from 'fs';
import { join } from 'path';
import { ApiObjectMetadata } from 'cdk8s';
import kplus = require('cdk8s-plus-27');
import { Construct } from 'constructs';
import { EtcdTlsBinding } from './etcd-tls';
import { EtcdVersion } from './etcd-version';
import { PodSecurity } from '../pod-security';
import { PlainContainer } from '../private/container';
import { ManifestObject } from '../private/manifest-object';
import { unlessEmpty } from '../private/manifests';

/** The programs of the agent, a file each; beside `src` and `lib` alike. */
const BUNDLES = join(__dirname, '..', '..', 'agent');
const AGENT_PATH = '/opt/etcd-agent';

/** Where the certificate for clients is, in programs as in clients. */
export const CLIENT_TLS_PATH = '/etc/etcd/tls/client';

/** What programs beside the members know of a cluster. */
export interface ProgramSite {
  readonly name: string;
  readonly metadata: ApiObjectMetadata;
  readonly version: EtcdVersion;
  /** The image of etcd, with its tag. */
  readonly image: string;
  /** An image of Node. */
  readonly agentImage: string;
  readonly endpoints: readonly string[];
  readonly clientUrl: string;
  readonly tls?: EtcdTlsBinding;
  /** The password of root, where users and roles are on. */
  readonly rootPassword?: kplus.EnvValue;
  readonly podSecurity: PodSecurity;
  /** Called when there is a first pod that must reach the members. */
  readonly letIn: (labels: Record<string, string>) => void;
}

/** What else a container may be told. */
export type StepProps = Pick<kplus.ContainerProps, 'args' | 'envVariables' | 'volumeMounts' | 'resources'>;

/** What a pod of programs may be told beside its steps. */
export interface PodOptions {
  readonly serviceAccountName?: string;
  readonly labels?: Record<string, string>;
}

/**
 * Programs that run beside the members, in pods of their own: etcd's own tools from etcd's image, and the agent.
 *
 * No image needs a shell. What is to happen in order are containers in order: all but the last are init containers.
 */
export class EtcdPrograms extends Construct {
  private readonly volumes = new Map<string, kplus.Volume>();
  private readonly files = new Set<string>();
  private isLetIn = false;

  public constructor(scope: Construct, id: string, public readonly site: ProgramSite) {
    super(scope, id);
  }

  /** A container that runs a program of the agent. */
  public agentStep(name: string, program: string, props: StepProps = {}): kplus.ContainerProps {
    const file = `${program}.mjs`;
    this.files.add(file);
    return {
      ...props,
      name,
      image: this.site.agentImage,
      command: ['node', `${AGENT_PATH}/${file}`],
      volumeMounts: [{ path: AGENT_PATH, volume: this.volume('agent', id => this.agentVolume(id)), readOnly: true }, ...props.volumeMounts ?? []],
    };
  }

  /** A container that runs one of etcd's own tools, which are in its image: `etcdctl`, and `etcdutl` from 3.5 on. */
  public etcdStep(name: string, [tool, ...args]: readonly string[], props: StepProps = {}): kplus.ContainerProps {
    return { ...props, name, image: this.site.image, command: [`/usr/local/bin/${tool}`, ...args] };
  }

  /** The container as a client of these members: root, where users and roles are on. */
  public asClient(step: kplus.ContainerProps, endpoints?: readonly string[]): kplus.ContainerProps {
    const { name, tls, rootPassword } = this.site;
    // the certificate of servers is one for clients too.
    const secret = tls?.server && (tls.client ?? tls.server);
    const files = secret === undefined ? {} : certificateFiles(tls!.clientCertAuth);
    const texts = { ...endpoints && { ETCDCTL_ENDPOINTS: endpoints.join(',') }, ...files, ...rootPassword && { ETCDCTL_USER: 'root' } };
    const mount = secret && { path: CLIENT_TLS_PATH, volume: this.volume('client-tls', id => kplus.Volume.fromSecret(this, id, secret, { name: `${name}-client-tls` })) };
    return {
      ...step,
      envVariables: {
        ...Object.fromEntries(Object.entries(texts).map(([variable, text]) => [variable, kplus.EnvValue.fromValue(text)])),
        ...rootPassword && { ETCDCTL_PASSWORD: rootPassword },
        ...step.envVariables,
      },
      volumeMounts: [...mount ? [{ ...mount, readOnly: true }] : [], ...step.volumeMounts ?? []],
    };
  }

  /** A pod that takes these steps one after the other, and stops at the first that fails. */
  public podTemplate(steps: readonly kplus.ContainerProps[], { serviceAccountName, labels = {} }: PodOptions = {}): kplus.k8s.PodTemplateSpec {
    const { podSecurity, letIn } = this.site;
    if (!this.isLetIn) {
      this.isLetIn = true;
      letIn(this.podLabels);
    }
    const pod = new kplus.PodSecurityContext(podSecurity._podProps());
    const containers = steps.map(step => new PlainContainer(this, step));
    const specs = containers.map(container => ({
      ...container._toKube(),
      securityContext: podSecurity._toContainer(this, container.name, pod, container.stated.securityContext),
    }));
    const volumes = new Map(containers.flatMap(({ mounts }) => mounts.map(({ volume }) => [volume.name, volume._toKube()])));
    return {
      metadata: { labels: { ...labels, ...this.podLabels } },
      spec: {
        restartPolicy: 'Never',
        serviceAccountName,
        // only who names an account may need its token.
        automountServiceAccountToken: serviceAccountName === undefined ? false : undefined,
        enableServiceLinks: false,
        securityContext: podSecurity._toPod(pod),
        initContainers: unlessEmpty(specs.slice(0, -1)),
        containers: specs.slice(-1),
        volumes: unlessEmpty([...volumes.values()]),
      },
    };
  }

  /** What an object beside the members is called. */
  public metadataOf(name: string): ApiObjectMetadata {
    return { ...this.site.metadata, name };
  }

  /** A volume that pods share the definition of, made when it is first needed. */
  public volume(id: string, make: (id: string) => kplus.Volume): kplus.Volume {
    const volume = this.volumes.get(id) ?? make(id);
    this.volumes.set(id, volume);
    return volume;
  }

  private get podLabels(): Record<string, string> {
    return { 'app.kubernetes.io/name': 'etcd-agent', 'app.kubernetes.io/part-of': this.site.name };
  }

  /** One object for all programs of the cluster, with those that it runs. */
  private agentVolume(id: string): kplus.Volume {
    const agent = new ManifestObject(this, 'Agent', {
      ...kplus.k8s.KubeConfigMap.GVK,
      metadata: this.metadataOf(`${this.site.name}-agent`),
      key: 'data',
      content: () => Object.fromEntries(Array.from(this.files, file => [file, readFileSync(join(BUNDLES, file), 'utf8')])),
    });
    return kplus.Volume.fromConfigMap(this, id, kplus.ConfigMap.fromConfigMapName(this, 'AgentMap', agent.name), { name: 'agent' });
  }
}

/** Variables that name the files of a certificate. */
export function certificateFiles(isShown: boolean): Record<string, string> {
  const files = { ETCDCTL_CACERT: 'ca.crt', ...isShown && { ETCDCTL_CERT: 'tls.crt', ETCDCTL_KEY: 'tls.key' } };
  return Object.fromEntries(Object.entries(files).map(([variable, file]) => [variable, `${CLIENT_TLS_PATH}/${file}`]));
}
