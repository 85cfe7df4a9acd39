// A plan is read in the program: what it returns are structs, lists and enums.
package main

import (
	"fmt"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdk8s-stateful/cdk8s-stateful-go/cdk8sstateful"
	"github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2"
	"github.com/cdk8s-team/cdk8s-plus-go/cdk8splus27/v2"
)

func manifests(replicas float64, storage cdk8s.Size) cdk8sstateful.PlanInput {
	chart := cdk8s.NewChart(cdk8s.NewApp(nil), jsii.String("shop"), nil)
	cdk8sstateful.NewStatefulApp(chart, jsii.String("ledger"), &cdk8sstateful.StatefulAppProps{
		Replicas:   jsii.Number(replicas),
		Containers: &[]*cdk8splus27.ContainerProps{{Image: jsii.String("registry.example.com/ledger:2.4.0")}},
		VolumeClaimTemplates: &[]*cdk8sstateful.VolumeClaimTemplateProps{{
			Name: jsii.String("data"), Storage: storage, MountPath: jsii.String("/data"),
		}},
	})
	return cdk8sstateful.PlanInput_FromObjects(chart.ToJson())
}

func main() {
	before := manifests(3, cdk8s.Size_Gibibytes(jsii.Number(10)))
	after := manifests(2, cdk8s.Size_Gibibytes(jsii.Number(20)))
	plan := cdk8sstateful.Plan_Between(before, after, nil)
	fmt.Println(*plan.ToText(nil))
	for _, finding := range *plan.Findings() {
		fmt.Printf("%s %s: %s\n", finding.Severity, *finding.Rule, *finding.Message)
	}
	for _, statefulSet := range *plan.StatefulSets() {
		for _, claim := range *statefulSet.Claims {
			fmt.Printf("%s %s\n", *claim.Name, claim.Fate)
		}
	}
}
