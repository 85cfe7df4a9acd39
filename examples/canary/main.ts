import { App } from 'cdk8s';
import { Rollout } from 'cdk8s-stateful';
import { WebServers } from './chart';

const app = new App();
new WebServers(app, 'canary', {
  image: 'nginxinc/nginx-unprivileged:1.28.2-alpine',
  rollout: Rollout.canary(),
});
app.synth();
