import { App } from 'cdk8s';
import { EtcdByHand } from './chart';

const app = new App();
new EtcdByHand(app, 'etcd-by-hand');
app.synth();
