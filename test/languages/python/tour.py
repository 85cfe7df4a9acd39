import cdk8s_plus_27 as kplus
from cdk8s import ApiObject, ApiObjectMetadata, App, Chart, Cron, Duration, JsonPatch, Size
from cdk8s_stateful import (
    ClaimDataSource,
    ClaimRetention,
    DisruptionBudget,
    EtcdAutoCompaction,
    EtcdBackupDestination,
    EtcdCluster,
    EtcdIssuer,
    EtcdKeyAlgorithm,
    EtcdMonitoring,
    EtcdTls,
    EtcdVersion,
    PeerListOptions,
    PodSecurity,
    Rollout,
    SeccompProfile,
    StatefulApp,
    TopologySpread,
    VolumeClaimTemplateProps,
)
from constructs import Construct


class Tour(Chart):
    """What the API is made of: structs, choices, enums, units, maps, lists and patches."""

    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        self.ledger()
        self.etcd()

    def ledger(self) -> None:
        config = kplus.ConfigMap(
            self,
            "config",
            metadata=ApiObjectMetadata(name="ledger-config"),
            data={"ledger.conf": "fsync = always\n"},
        )
        app = StatefulApp(
            self,
            "ledger",
            replicas=5,
            pod_management_policy=kplus.PodManagementPolicy.PARALLEL,
            rollout=Rollout.rolling(max_unavailable=2),
            min_ready=Duration.seconds(30),
            termination_grace_period=Duration.minutes(2),
            claim_retention=ClaimRetention.delete(when_scaled=True),
            pod_security=PodSecurity.restricted(
                user=1000,
                seccomp_profile=SeccompProfile.localhost("profiles/ledger.json"),
            ),
            disruption_budget=DisruptionBudget.quorum(),
            topology_spread=[
                TopologySpread.required(kplus.Topology.ZONE, min_domains=3),
                TopologySpread.preferred(kplus.Topology.HOSTNAME),
            ],
            peer_env={
                "RAFT_PEERS": PeerListOptions(port=7000, separator=" "),
                "NAMES": PeerListOptions(named=True),
            },
            replicas_env="REPLICAS",
            containers=[
                kplus.ContainerProps(
                    name="ledger",
                    image="registry.example.com/ledger:2.4.0",
                    ports=[
                        kplus.ContainerPort(number=7000, name="raft"),
                        kplus.ContainerPort(number=8080, name="http"),
                    ],
                    env_variables={
                        "MODE": kplus.EnvValue.from_value("primary"),
                        "POD": kplus.EnvValue.from_field_ref(kplus.EnvFieldPaths.POD_NAME),
                    },
                    resources=kplus.ContainerResources(
                        cpu=kplus.CpuResources(request=kplus.Cpu.millis(250)),
                        memory=kplus.MemoryResources(request=Size.mebibytes(512), limit=Size.gibibytes(1)),
                    ),
                    liveness=kplus.Probe.from_http_get("/healthz", port=8080, period_seconds=Duration.seconds(5)),
                )
            ],
            volume_claim_templates=[
                VolumeClaimTemplateProps(
                    name="data",
                    storage=Size.gibibytes(20),
                    mount_path="/data",
                    access_modes=[kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE_POD],
                    data_source=ClaimDataSource.snapshot("before-the-move"),
                    annotations={"example.com/tier": "gold"},
                )
            ],
        )
        app.containers[0].mount("/etc/ledger", kplus.Volume.from_config_map(self, "config-volume", config))
        app.restart_on(config)
        app.expose_each_pod(type=kplus.ServiceType.NODE_PORT)
        kplus.ConfigMap(
            self,
            "hosts",
            metadata=ApiObjectMetadata(name="ledger-hosts"),
            data={"hosts": "\n".join(app.peers.hosts)},
        )

        app.add_init_container(name="proxy", image="registry.example.com/proxy:1.0.0")
        ApiObject.of(app).add_json_patch(
            JsonPatch.add("/spec/template/spec/initContainers/0/restartPolicy", "Always")
        )
        ApiObject.of(app).add_json_patch(JsonPatch.add("/metadata/annotations", {"example.com/note": "patched"}))

    def etcd(self) -> None:
        cluster = EtcdCluster(
            self,
            "etcd",
            version=EtcdVersion.V3_5,
            storage=Size.gibibytes(8),
            heartbeat_interval=Duration.millis(200),
            election_timeout=Duration.seconds(2),
            auto_compaction=EtcdAutoCompaction.periodic(Duration.hours(2)),
            tls=EtcdTls.cert_manager(
                issuer=EtcdIssuer(name="etcd-ca"),
                duration=Duration.days(90),
                algorithm=EtcdKeyAlgorithm.ECDSA_384,
            ),
            monitoring=EtcdMonitoring.prometheus_operator(
                labels={"release": "monitoring"},
                interval=Duration.seconds(15),
                dashboard=False,
            ),
            extra_args={"max-txn-ops": "256", "max-request-bytes": "3145728"},
        )
        cluster.add_backup(
            schedule=Cron.schedule(hour="1", minute="30"),
            destination=EtcdBackupDestination.s3(
                bucket="backups",
                credentials=kplus.Secret.from_secret_name(self, "Credentials", "s3-credentials"),
            ),
            keep=14,
        )
        cluster.connect(
            kplus.Deployment(
                self,
                "Orders",
                metadata=ApiObjectMetadata(name="orders"),
                replicas=2,
                containers=[
                    kplus.ContainerProps(
                        image="registry.example.com/orders:1.4.0",
                        security_context=kplus.ContainerSecurityContextProps(user=1000),
                    )
                ],
            )
        )


if __name__ == "__main__":
    app = App()
    Tour(app, "tour", namespace="shop", labels={"team": "storage"})
    app.synth()
