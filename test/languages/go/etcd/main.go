package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

// NewEtcd makes three members of etcd.
func NewEtcd(scope constructs.Construct, id string) (cdk8s.Chart, cdk8sstateful.EtcdCluster) {
	chart := cdk8s.NewChart(scope, jsii.String(id), nil)
	cluster := cdk8sstateful.NewEtcdCluster(chart, jsii.String("etcd"), &cdk8sstateful.EtcdClusterProps{
		Replicas: jsii.Number(3),
		Storage:  cdk8s.Size_Gibibytes(jsii.Number(2)),
	})
	return chart, cluster
}

func main() {
	app := cdk8s.NewApp(nil)
	NewEtcd(app, "etcd")
	app.Synth()
}
