package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
)

func main() {
	app := cdk8s.NewApp(nil)
	chart := cdk8s.NewChart(app, jsii.String("shop"), nil)
	cdk8sstateful.NewStatefulApp(chart, jsii.String("ledger"), &cdk8sstateful.StatefulAppProps{
		Replicas: jsii.Number(2),
		Rollout:  cdk8sstateful.Rollout_Canary(jsii.Number(3)),
	})
	app.Synth()
}
