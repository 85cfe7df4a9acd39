package main

import (
	"github.com/aws/jsii-runtime-go"
	stateful "github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	kplus "github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2"
)

func main() {
	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("shop"), &cdk8s.ChartProps{Namespace: jsii.String("shop")})
	stateful.NewStatefulApp(chart, jsii.String("cache"), &stateful.StatefulAppProps{
		Replicas: jsii.Number(3),
		Containers: &[]*kplus.ContainerProps{{
			Image:     jsii.String("redis:7.4.1"),
			Args:      jsii.Strings("--appendonly", "yes"),
			Ports:     &[]*kplus.ContainerPort{{Number: jsii.Number(6379), Name: jsii.String("redis")}},
			Readiness: kplus.Probe_FromTcpSocket(nil),
		}},
		VolumeClaimTemplates: &[]*stateful.VolumeClaimTemplateProps{{
			Name:      jsii.String("data"),
			Storage:   cdk8s.Size_Gibibytes(jsii.Number(10)),
			MountPath: jsii.String("/data"),
		}},
	})
	app.Synth()
}
