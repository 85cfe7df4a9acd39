package main

import (
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	stateful "github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	kplus "github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2"
)

// NewTour shows what the API is made of: structs, choices, enums, units, maps, lists and patches.
func NewTour(scope constructs.Construct, id string, props *cdk8s.ChartProps) cdk8s.Chart {
	chart := cdk8s.NewChart(scope, jsii.String(id), props)
	ledger(chart)
	etcd(chart)
	return chart
}

func ledger(chart cdk8s.Chart) {
	config := kplus.NewConfigMap(chart, jsii.String("config"), &kplus.ConfigMapProps{
		Metadata: &cdk8s.ApiObjectMetadata{Name: jsii.String("ledger-config")},
		Data:     &map[string]*string{"ledger.conf": jsii.String("fsync = always\n")},
	})
	app := stateful.NewStatefulApp(chart, jsii.String("ledger"), &stateful.StatefulAppProps{
		Replicas:               jsii.Number(5),
		PodManagementPolicy:    kplus.PodManagementPolicy_PARALLEL,
		Rollout:                stateful.Rollout_Rolling(&stateful.RollingOptions{MaxUnavailable: jsii.Number(2)}),
		MinReady:               cdk8s.Duration_Seconds(jsii.Number(30)),
		TerminationGracePeriod: cdk8s.Duration_Minutes(jsii.Number(2)),
		ClaimRetention:         stateful.ClaimRetention_Delete(&stateful.ClaimDeletionOptions{WhenScaled: jsii.Bool(true)}),
		PodSecurity: stateful.PodSecurity_Restricted(&stateful.PodSecurityOptions{
			User:           jsii.Number(1000),
			SeccompProfile: stateful.SeccompProfile_Localhost(jsii.String("profiles/ledger.json")),
		}),
		DisruptionBudget: stateful.DisruptionBudget_Quorum(),
		TopologySpread: &[]stateful.TopologySpread{
			stateful.TopologySpread_Required(kplus.Topology_ZONE(), &stateful.RequiredSpreadOptions{MinDomains: jsii.Number(3)}),
			stateful.TopologySpread_Preferred(kplus.Topology_HOSTNAME(), nil),
		},
		PeerEnv: &map[string]*stateful.PeerListOptions{
			"RAFT_PEERS": {Port: jsii.Number(7000), Separator: jsii.String(" ")},
			"NAMES":      {Named: jsii.Bool(true)},
		},
		ReplicasEnv: jsii.String("REPLICAS"),
		Containers: &[]*kplus.ContainerProps{{
			Name:  jsii.String("ledger"),
			Image: jsii.String("registry.example.com/ledger:2.4.0"),
			Ports: &[]*kplus.ContainerPort{
				{Number: jsii.Number(7000), Name: jsii.String("raft")},
				{Number: jsii.Number(8080), Name: jsii.String("http")},
			},
			EnvVariables: &map[string]kplus.EnvValue{
				"MODE": kplus.EnvValue_FromValue(jsii.String("primary")),
				"POD":  kplus.EnvValue_FromFieldRef(kplus.EnvFieldPaths_POD_NAME, nil),
			},
			Resources: &kplus.ContainerResources{
				Cpu: &kplus.CpuResources{Request: kplus.Cpu_Millis(jsii.Number(250))},
				Memory: &kplus.MemoryResources{
					Request: cdk8s.Size_Mebibytes(jsii.Number(512)),
					Limit:   cdk8s.Size_Gibibytes(jsii.Number(1)),
				},
			},
			Liveness: kplus.Probe_FromHttpGet(jsii.String("/healthz"), &kplus.HttpGetProbeOptions{
				Port:          jsii.Number(8080),
				PeriodSeconds: cdk8s.Duration_Seconds(jsii.Number(5)),
			}),
		}},
		VolumeClaimTemplates: &[]*stateful.VolumeClaimTemplateProps{{
			Name:        jsii.String("data"),
			Storage:     cdk8s.Size_Gibibytes(jsii.Number(20)),
			MountPath:   jsii.String("/data"),
			AccessModes: &[]kplus.PersistentVolumeAccessMode{kplus.PersistentVolumeAccessMode_READ_WRITE_ONCE_POD},
			DataSource:  stateful.ClaimDataSource_Snapshot(jsii.String("before-the-move")),
			Annotations: &map[string]*string{"example.com/tier": jsii.String("gold")},
		}},
	})
	volume := kplus.Volume_FromConfigMap(chart, jsii.String("config-volume"), config, nil)
	(*app.Containers())[0].Mount(jsii.String("/etc/ledger"), volume, nil)
	app.RestartOn(config)
	app.ExposeEachPod(&stateful.ExposeEachPodOptions{Type: kplus.ServiceType_NODE_PORT})
	var hosts []string
	for _, host := range *app.Peers().Hosts() {
		hosts = append(hosts, *host)
	}
	kplus.NewConfigMap(chart, jsii.String("hosts"), &kplus.ConfigMapProps{
		Metadata: &cdk8s.ApiObjectMetadata{Name: jsii.String("ledger-hosts")},
		Data:     &map[string]*string{"hosts": jsii.String(strings.Join(hosts, "\n"))},
	})

	app.AddInitContainer(&kplus.ContainerProps{
		Name:  jsii.String("proxy"),
		Image: jsii.String("registry.example.com/proxy:1.0.0"),
	})
	cdk8s.ApiObject_Of(app).AddJsonPatch(
		cdk8s.JsonPatch_Add(jsii.String("/spec/template/spec/initContainers/0/restartPolicy"), "Always"),
		cdk8s.JsonPatch_Add(jsii.String("/metadata/annotations"), map[string]string{"example.com/note": "patched"}),
	)
}

func etcd(chart cdk8s.Chart) {
	cluster := stateful.NewEtcdCluster(chart, jsii.String("etcd"), &stateful.EtcdClusterProps{
		Version:           stateful.EtcdVersion_V3_5(),
		Storage:           cdk8s.Size_Gibibytes(jsii.Number(8)),
		HeartbeatInterval: cdk8s.Duration_Millis(jsii.Number(200)),
		ElectionTimeout:   cdk8s.Duration_Seconds(jsii.Number(2)),
		AutoCompaction:    stateful.EtcdAutoCompaction_Periodic(cdk8s.Duration_Hours(jsii.Number(2))),
		Tls: stateful.EtcdTls_CertManager(&stateful.EtcdCertManagerOptions{
			Issuer:    &stateful.EtcdIssuer{Name: jsii.String("etcd-ca")},
			Duration:  cdk8s.Duration_Days(jsii.Number(90)),
			Algorithm: stateful.EtcdKeyAlgorithm_ECDSA_384(),
		}),
		Monitoring: stateful.EtcdMonitoring_PrometheusOperator(&stateful.EtcdPrometheusOptions{
			Labels:    &map[string]*string{"release": jsii.String("monitoring")},
			Interval:  cdk8s.Duration_Seconds(jsii.Number(15)),
			Dashboard: jsii.Bool(false),
		}),
		ExtraArgs: &map[string]*string{"max-txn-ops": jsii.String("256"), "max-request-bytes": jsii.String("3145728")},
	})
	cluster.AddBackup(&stateful.EtcdBackupProps{
		Schedule: cdk8s.Cron_Schedule(&cdk8s.CronOptions{Hour: jsii.String("1"), Minute: jsii.String("30")}),
		Destination: stateful.EtcdBackupDestination_S3(&stateful.EtcdS3BackupOptions{
			Bucket:      jsii.String("backups"),
			Credentials: kplus.Secret_FromSecretName(chart, jsii.String("Credentials"), jsii.String("s3-credentials")),
		}),
		Keep: jsii.Number(14),
	})
	cluster.Connect(kplus.NewDeployment(chart, jsii.String("Orders"), &kplus.DeploymentProps{
		Metadata: &cdk8s.ApiObjectMetadata{Name: jsii.String("orders")},
		Replicas: jsii.Number(2),
		Containers: &[]*kplus.ContainerProps{{
			Image:           jsii.String("registry.example.com/orders:1.4.0"),
			SecurityContext: &kplus.ContainerSecurityContextProps{User: jsii.Number(1000)},
		}},
	}))
}

func main() {
	app := cdk8s.NewApp(nil)
	NewTour(app, "tour", &cdk8s.ChartProps{
		Namespace: jsii.String("shop"),
		Labels:    &map[string]*string{"team": jsii.String("storage")},
	})
	app.Synth()
}
