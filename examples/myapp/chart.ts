import { Chart, Size } from 'cdk8s';
import { HeadlessService, PodSecurity, StatefulApp } from 'cdk8s-stateful';
import { Construct } from 'constructs';

/** Three web servers, each with a disk of its own, of which an update reaches only the last. */
export class MyApp extends Chart {
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    new StatefulApp(this, 'myapp', {
      service: new HeadlessService(this, 'myapp-svc', {
        metadata: { labels: { app: 'myapp-svc' } },
        ports: [{ port: 80, name: 'web' }],
      }),
      selectorLabels: { app: 'myapp-pod' },
      replicas: 3,
      partition: 2,
      containers: [{ name: 'myapp', image: 'ikubernetes/myapp:v5', ports: [{ number: 80, name: 'web' }] }],
      volumeClaimTemplates: [
        { name: 'myappdata', storage: Size.gibibytes(2), storageClass: 'glusterfs', mountPath: '/usr/share/nginx/html' },
      ],
      // the image runs nginx as root, on port 80, and writes beside its data.
      podSecurity: PodSecurity.baseline(),
    });
  }
}
