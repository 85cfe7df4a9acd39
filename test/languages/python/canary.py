from cdk8s import App, Chart
from cdk8s_plus_27 import ContainerPort, PodManagementPolicy, Probe, Volume
from cdk8s_stateful import PodSecurity, Rollout, StatefulApp
from constructs import Construct


class WebServers(Chart):
    """Three web servers, of which a new image reaches as many as the rollout says."""

    def __init__(self, scope: Construct, id: str, *, image: str, rollout: Rollout) -> None:
        super().__init__(scope, id)
        app = StatefulApp(
            self,
            "web",
            replicas=3,
            rollout=rollout,
            # with OrderedReady, a canary that never gets ready is not even replaced by the old image.
            pod_management_policy=PodManagementPolicy.PARALLEL,
            # the user of the image.
            pod_security=PodSecurity.restricted(user=101),
        )
        nginx = app.add_container(
            name="nginx",
            image=image,
            ports=[ContainerPort(number=8080, name="http")],
            readiness=Probe.from_http_get("/", port=8080),
        )
        nginx.mount("/tmp", Volume.from_empty_dir(self, "tmp", "tmp"))


if __name__ == "__main__":
    app = App()
    WebServers(
        app,
        "canary",
        image="nginxinc/nginx-unprivileged:1.28.2-alpine",
        rollout=Rollout.canary(),
    )
    app.synth()
