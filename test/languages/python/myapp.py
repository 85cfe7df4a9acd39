from cdk8s import ApiObjectMetadata, App, Chart, Size
from cdk8s_plus_27 import ContainerPort, ContainerProps
from cdk8s_stateful import HeadlessService, HeadlessServicePort, PodSecurity, StatefulApp, VolumeClaimTemplateProps
from constructs import Construct


class MyApp(Chart):
    """Three web servers, each with a disk of its own, of which an update reaches only the last."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        StatefulApp(
            self,
            "myapp",
            service=HeadlessService(
                self,
                "myapp-svc",
                metadata=ApiObjectMetadata(labels={"app": "myapp-svc"}),
                ports=[HeadlessServicePort(port=80, name="web")],
            ),
            selector_labels={"app": "myapp-pod"},
            replicas=3,
            partition=2,
            containers=[
                ContainerProps(
                    name="myapp",
                    image="ikubernetes/myapp:v5",
                    ports=[ContainerPort(number=80, name="web")],
                )
            ],
            volume_claim_templates=[
                VolumeClaimTemplateProps(
                    name="myappdata",
                    storage=Size.gibibytes(2),
                    storage_class="glusterfs",
                    mount_path="/usr/share/nginx/html",
                )
            ],
            # the image runs nginx as root, on port 80, and writes beside its data.
            pod_security=PodSecurity.baseline(),
        )


if __name__ == "__main__":
    app = App()
    MyApp(app, "myapp")
    app.synth()
