package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2"
)

// WebServersProps are the two things that a release changes.
type WebServersProps struct {
	// Image is what all pods are to have in the end.
	Image string
	// Rollout says which of them have it already.
	Rollout cdk8sstateful.Rollout
}

// NewWebServers makes three web servers, of which a new image reaches as many as the rollout says.
func NewWebServers(scope constructs.Construct, id string, props WebServersProps) cdk8s.Chart {
	chart := cdk8s.NewChart(scope, jsii.String(id), nil)
	app := cdk8sstateful.NewStatefulApp(chart, jsii.String("web"), &cdk8sstateful.StatefulAppProps{
		Replicas: jsii.Number(3),
		Rollout:  props.Rollout,
		// with OrderedReady, a canary that never gets ready is not even replaced by the old image.
		PodManagementPolicy: cdk8splus27.PodManagementPolicy_PARALLEL,
		// the user of the image.
		PodSecurity: cdk8sstateful.PodSecurity_Restricted(&cdk8sstateful.PodSecurityOptions{User: jsii.Number(101)}),
	})
	nginx := app.AddContainer(&cdk8splus27.ContainerProps{
		Name:      jsii.String("nginx"),
		Image:     jsii.String(props.Image),
		Ports:     &[]*cdk8splus27.ContainerPort{{Number: jsii.Number(8080), Name: jsii.String("http")}},
		Readiness: cdk8splus27.Probe_FromHttpGet(jsii.String("/"), &cdk8splus27.HttpGetProbeOptions{Port: jsii.Number(8080)}),
	})
	nginx.Mount(jsii.String("/tmp"), cdk8splus27.Volume_FromEmptyDir(chart, jsii.String("tmp"), jsii.String("tmp"), nil), nil)
	return chart
}

func main() {
	app := cdk8s.NewApp(nil)
	NewWebServers(app, "canary", WebServersProps{
		Image:   "nginxinc/nginx-unprivileged:1.28.2-alpine",
		Rollout: cdk8sstateful.Rollout_Canary(nil),
	})
	app.Synth()
}
