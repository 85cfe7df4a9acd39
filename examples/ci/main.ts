import { App, Size } from 'cdk8s';
import { Ledger } from './chart';

const app = new App();
new Ledger(app, 'ci', { version: '2.5.0', storage: Size.gibibytes(20) });
app.synth();
