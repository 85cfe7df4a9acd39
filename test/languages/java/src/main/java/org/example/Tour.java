package org.example;

import io.github.cdk8sstateful.ClaimDataSource;
import io.github.cdk8sstateful.ClaimDeletionOptions;
import io.github.cdk8sstateful.ClaimRetention;
import io.github.cdk8sstateful.DisruptionBudget;
import io.github.cdk8sstateful.EtcdAutoCompaction;
import io.github.cdk8sstateful.EtcdBackupDestination;
import io.github.cdk8sstateful.EtcdBackupProps;
import io.github.cdk8sstateful.EtcdCertManagerOptions;
import io.github.cdk8sstateful.EtcdCluster;
import io.github.cdk8sstateful.EtcdIssuer;
import io.github.cdk8sstateful.EtcdKeyAlgorithm;
import io.github.cdk8sstateful.EtcdMonitoring;
import io.github.cdk8sstateful.EtcdPrometheusOptions;
import io.github.cdk8sstateful.EtcdS3BackupOptions;
import io.github.cdk8sstateful.EtcdTls;
import io.github.cdk8sstateful.EtcdVersion;
import io.github.cdk8sstateful.ExposeEachPodOptions;
import io.github.cdk8sstateful.PeerListOptions;
import io.github.cdk8sstateful.PodSecurity;
import io.github.cdk8sstateful.PodSecurityOptions;
import io.github.cdk8sstateful.RequiredSpreadOptions;
import io.github.cdk8sstateful.RollingOptions;
import io.github.cdk8sstateful.Rollout;
import io.github.cdk8sstateful.SeccompProfile;
import io.github.cdk8sstateful.StatefulApp;
import io.github.cdk8sstateful.TopologySpread;
import io.github.cdk8sstateful.VolumeClaimTemplateProps;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cdk8s.ApiObject;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.Cron;
import org.cdk8s.CronOptions;
import org.cdk8s.Duration;
import org.cdk8s.JsonPatch;
import org.cdk8s.Size;
import org.cdk8s.plus27.ConfigMap;
import org.cdk8s.plus27.ContainerPort;
import org.cdk8s.plus27.ContainerProps;
import org.cdk8s.plus27.ContainerResources;
import org.cdk8s.plus27.ContainerSecurityContextProps;
import org.cdk8s.plus27.Cpu;
import org.cdk8s.plus27.CpuResources;
import org.cdk8s.plus27.Deployment;
import org.cdk8s.plus27.EnvFieldPaths;
import org.cdk8s.plus27.EnvValue;
import org.cdk8s.plus27.HttpGetProbeOptions;
import org.cdk8s.plus27.MemoryResources;
import org.cdk8s.plus27.PersistentVolumeAccessMode;
import org.cdk8s.plus27.PodManagementPolicy;
import org.cdk8s.plus27.Probe;
import org.cdk8s.plus27.Secret;
import org.cdk8s.plus27.ServiceType;
import org.cdk8s.plus27.Topology;
import org.cdk8s.plus27.Volume;
import software.constructs.Construct;

/** What the API is made of: structs, choices, enums, units, maps, lists and patches. */
public class Tour extends Chart {
    public Tour(final Construct scope, final String id, final ChartProps props) {
        super(scope, id, props);
        ledger();
        etcd();
    }

    private void ledger() {
        final ConfigMap config = ConfigMap.Builder.create(this, "config")
            .metadata(ApiObjectMetadata.builder().name("ledger-config").build())
            .data(Map.of("ledger.conf", "fsync = always\n"))
            .build();
        final StatefulApp app = StatefulApp.Builder.create(this, "ledger")
            .replicas(5)
            .podManagementPolicy(PodManagementPolicy.PARALLEL)
            .rollout(Rollout.rolling(RollingOptions.builder().maxUnavailable(2).build()))
            .minReady(Duration.seconds(30))
            .terminationGracePeriod(Duration.minutes(2))
            .claimRetention(ClaimRetention.delete(ClaimDeletionOptions.builder().whenScaled(true).build()))
            .podSecurity(PodSecurity.restricted(PodSecurityOptions.builder()
                .user(1000)
                .seccompProfile(SeccompProfile.localhost("profiles/ledger.json"))
                .build()))
            .disruptionBudget(DisruptionBudget.quorum())
            .topologySpread(List.of(
                TopologySpread.required(Topology.ZONE, RequiredSpreadOptions.builder().minDomains(3).build()),
                TopologySpread.preferred(Topology.HOSTNAME)))
            .peerEnv(Map.of(
                "RAFT_PEERS", PeerListOptions.builder().port(7000).separator(" ").build(),
                "NAMES", PeerListOptions.builder().named(true).build()))
            .replicasEnv("REPLICAS")
            .containers(List.of(ContainerProps.builder()
                .name("ledger")
                .image("registry.example.com/ledger:2.4.0")
                .ports(List.of(
                    ContainerPort.builder().number(7000).name("raft").build(),
                    ContainerPort.builder().number(8080).name("http").build()))
                // Map.of() has another order at every run, and the order of variables is that of the manifest.
                .envVariables(new TreeMap<>(Map.of(
                    "MODE", EnvValue.fromValue("primary"),
                    "POD", EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME))))
                .resources(ContainerResources.builder()
                    .cpu(CpuResources.builder().request(Cpu.millis(250)).build())
                    .memory(MemoryResources.builder().request(Size.mebibytes(512)).limit(Size.gibibytes(1)).build())
                    .build())
                .liveness(Probe.fromHttpGet("/healthz", HttpGetProbeOptions.builder()
                    .port(8080)
                    .periodSeconds(Duration.seconds(5))
                    .build()))
                .build()))
            .volumeClaimTemplates(List.of(VolumeClaimTemplateProps.builder()
                .name("data")
                .storage(Size.gibibytes(20))
                .mountPath("/data")
                .accessModes(List.of(PersistentVolumeAccessMode.READ_WRITE_ONCE_POD))
                .dataSource(ClaimDataSource.snapshot("before-the-move"))
                .annotations(Map.of("example.com/tier", "gold"))
                .build()))
            .build();
        app.getContainers().get(0).mount("/etc/ledger", Volume.fromConfigMap(this, "config-volume", config));
        app.restartOn(config);
        app.exposeEachPod(ExposeEachPodOptions.builder().type(ServiceType.NODE_PORT).build());
        ConfigMap.Builder.create(this, "hosts")
            .metadata(ApiObjectMetadata.builder().name("ledger-hosts").build())
            .data(Map.of("hosts", String.join("\n", app.getPeers().getHosts())))
            .build();

        app.addInitContainer(ContainerProps.builder().name("proxy").image("registry.example.com/proxy:1.0.0").build());
        ApiObject.of(app).addJsonPatch(JsonPatch.add("/spec/template/spec/initContainers/0/restartPolicy", "Always"));
        ApiObject.of(app).addJsonPatch(JsonPatch.add("/metadata/annotations", Map.of("example.com/note", "patched")));
    }

    private void etcd() {
        final EtcdCluster cluster = EtcdCluster.Builder.create(this, "etcd")
            .version(EtcdVersion.V3_5)
            .storage(Size.gibibytes(8))
            .heartbeatInterval(Duration.millis(200))
            .electionTimeout(Duration.seconds(2))
            .autoCompaction(EtcdAutoCompaction.periodic(Duration.hours(2)))
            .tls(EtcdTls.certManager(EtcdCertManagerOptions.builder()
                .issuer(EtcdIssuer.builder().name("etcd-ca").build())
                .duration(Duration.days(90))
                .algorithm(EtcdKeyAlgorithm.ECDSA_384)
                .build()))
            .monitoring(EtcdMonitoring.prometheusOperator(EtcdPrometheusOptions.builder()
                .labels(Map.of("release", "monitoring"))
                .interval(Duration.seconds(15))
                .dashboard(false)
                .build()))
            .extraArgs(Map.of("max-txn-ops", "256", "max-request-bytes", "3145728"))
            .build();
        cluster.addBackup(EtcdBackupProps.builder()
            .schedule(Cron.schedule(CronOptions.builder().hour("1").minute("30").build()))
            .destination(EtcdBackupDestination.s3(EtcdS3BackupOptions.builder()
                .bucket("backups")
                .credentials(Secret.fromSecretName(this, "Credentials", "s3-credentials"))
                .build()))
            .keep(14)
            .build());
        cluster.connect(Deployment.Builder.create(this, "Orders")
            .metadata(ApiObjectMetadata.builder().name("orders").build())
            .replicas(2)
            .containers(List.of(ContainerProps.builder()
                .image("registry.example.com/orders:1.4.0")
                .securityContext(ContainerSecurityContextProps.builder().user(1000).build())
                .build()))
            .build());
    }

    public static void main(final String[] args) {
        final App app = new App();
        new Tour(app, "tour", ChartProps.builder().namespace("shop").labels(Map.of("team", "storage")).build());
        app.synth();
    }
}
