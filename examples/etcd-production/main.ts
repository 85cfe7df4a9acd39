import { App } from 'cdk8s';
import { EtcdProduction } from './chart';

const app = new App();
new EtcdProduction(app, 'etcd-production');
app.synth();
