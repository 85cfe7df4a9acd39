import { App } from 'cdk8s';
import { Etcd } from './chart';

const app = new App();
new Etcd(app, 'etcd');
app.synth();
