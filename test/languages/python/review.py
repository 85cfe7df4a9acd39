from cdk8s import App, Chart, Size
from cdk8s_plus_27 import ContainerProps
from cdk8s_stateful import Plan, PlanInput, StatefulApp, VolumeClaimTemplateProps


def manifests(replicas: int, storage: Size) -> PlanInput:
    chart = Chart(App(), "shop")
    StatefulApp(
        chart,
        "ledger",
        replicas=replicas,
        containers=[ContainerProps(image="registry.example.com/ledger:2.4.0")],
        volume_claim_templates=[VolumeClaimTemplateProps(name="data", storage=storage, mount_path="/data")],
    )
    return PlanInput.from_objects(chart.to_json())


plan = Plan.between(manifests(3, Size.gibibytes(10)), manifests(2, Size.gibibytes(20)))
print(plan.to_text())
for finding in plan.findings:
    print(f"{finding.severity.name} {finding.rule}: {finding.message}")
for stateful_set in plan.stateful_sets:
    for claim in stateful_set.claims:
        print(f"{claim.name} {claim.fate.name}")
