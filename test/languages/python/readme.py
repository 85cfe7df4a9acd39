import cdk8s_plus_27 as kplus
from cdk8s import App, Chart, Size
from cdk8s_stateful import StatefulApp, VolumeClaimTemplateProps

app = App()
StatefulApp(
    Chart(app, "shop", namespace="shop"),
    "cache",
    replicas=3,
    containers=[
        kplus.ContainerProps(
            image="redis:7.4.1",
            args=["--appendonly", "yes"],
            ports=[kplus.ContainerPort(number=6379, name="redis")],
            readiness=kplus.Probe.from_tcp_socket(),
        )
    ],
    volume_claim_templates=[
        VolumeClaimTemplateProps(name="data", storage=Size.gibibytes(10), mount_path="/data")
    ],
)
app.synth()
