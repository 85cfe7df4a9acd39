from cdk8s import App, Chart, Size
from cdk8s_stateful import EtcdCluster
from constructs import Construct


class Etcd(Chart):
    """Three members of etcd."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.cluster = EtcdCluster(self, "etcd", replicas=3, storage=Size.gibibytes(2))


if __name__ == "__main__":
    app = App()
    Etcd(app, "etcd")
    app.synth()
