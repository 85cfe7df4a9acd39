import { App, Chart } from 'cdk8s';
import { StatefulApp } from 'cdk8s-stateful';

const app = new App();
const chart = new Chart(app, 'shop');
new StatefulApp(chart, 'ledger', { replicas: 2 });
app.synth();
