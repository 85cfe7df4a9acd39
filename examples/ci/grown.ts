import { App, Size } from 'cdk8s';
import { Ledger } from './chart';

/** A change that Kubernetes refuses: the claims of a StatefulSet cannot grow by its template. */
const app = new App();
new Ledger(app, 'ci', { version: '2.5.0', storage: Size.gibibytes(40) });
app.synth();
