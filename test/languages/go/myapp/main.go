package main

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2"
)

// NewMyApp makes three web servers, each with a disk of its own, of which an update reaches only the last.
func NewMyApp(scope constructs.Construct, id string) cdk8s.Chart {
	chart := cdk8s.NewChart(scope, jsii.String(id), nil)
	cdk8sstateful.NewStatefulApp(chart, jsii.String("myapp"), &cdk8sstateful.StatefulAppProps{
		Service: cdk8sstateful.NewHeadlessService(chart, jsii.String("myapp-svc"), &cdk8sstateful.HeadlessServiceProps{
			Metadata: &cdk8s.ApiObjectMetadata{Labels: &map[string]*string{"app": jsii.String("myapp-svc")}},
			Ports:    &[]*cdk8sstateful.HeadlessServicePort{{Port: jsii.Number(80), Name: jsii.String("web")}},
		}),
		SelectorLabels: &map[string]*string{"app": jsii.String("myapp-pod")},
		Replicas:       jsii.Number(3),
		Partition:      jsii.Number(2),
		Containers: &[]*cdk8splus27.ContainerProps{{
			Name:  jsii.String("myapp"),
			Image: jsii.String("ikubernetes/myapp:v5"),
			Ports: &[]*cdk8splus27.ContainerPort{{Number: jsii.Number(80), Name: jsii.String("web")}},
		}},
		VolumeClaimTemplates: &[]*cdk8sstateful.VolumeClaimTemplateProps{{
			Name:         jsii.String("myappdata"),
			Storage:      cdk8s.Size_Gibibytes(jsii.Number(2)),
			StorageClass: jsii.String("glusterfs"),
			MountPath:    jsii.String("/usr/share/nginx/html"),
		}},
		// the image runs nginx as root, on port 80, and writes beside its data.
		PodSecurity: cdk8sstateful.PodSecurity_Baseline(nil),
	})
	return chart
}

func main() {
	app := cdk8s.NewApp(nil)
	NewMyApp(app, "myapp")
	app.Synth()
}
