import { App, Chart, Size } from 'cdk8s';
import { Plan, PlanInput, StatefulApp } from 'cdk8s-stateful';

function manifests(replicas: number, storage: Size): PlanInput {
  const chart = new Chart(new App(), 'shop');
  new StatefulApp(chart, 'ledger', {
    replicas,
    containers: [{ image: 'registry.example.com/ledger:2.4.0' }],
    volumeClaimTemplates: [{ name: 'data', storage, mountPath: '/data' }],
  });
  return PlanInput.fromObjects(chart.toJson());
}

/** A plan is read in the program: what it returns are structs, lists and enums. */
const plan = Plan.between(manifests(3, Size.gibibytes(10)), manifests(2, Size.gibibytes(20)));
console.log(plan.toText());
for (const { severity, rule, message } of plan.findings) {
  console.log(`${severity.toUpperCase()} ${rule}: ${message}`);
}
for (const { claims } of plan.statefulSets) {
  for (const { name, fate } of claims) {
    console.log(`${name} ${fate.toUpperCase()}`);
  }
}
