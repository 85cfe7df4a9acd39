import { App } from 'cdk8s';
import { MyApp } from './chart';

const app = new App();
new MyApp(app, 'myapp');
app.synth();
