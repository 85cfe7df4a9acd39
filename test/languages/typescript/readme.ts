import { App, Chart, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { StatefulApp } from 'cdk8s-stateful';

const app = new App();
new StatefulApp(new Chart(app, 'shop', { namespace: 'shop' }), 'cache', {
  replicas: 3,
  containers: [{
    image: 'redis:7.4.1',
    args: ['--appendonly', 'yes'],
    ports: [{ number: 6379, name: 'redis' }],
    readiness: kplus.Probe.fromTcpSocket(),
  }],
  volumeClaimTemplates: [{ name: 'data', storage: Size.gibibytes(10), mountPath: '/data' }],
});
app.synth();
