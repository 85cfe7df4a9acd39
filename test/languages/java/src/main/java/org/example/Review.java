package org.example;

import io.github.cdk8sstateful.Plan;
import io.github.cdk8sstateful.PlanFinding;
import io.github.cdk8sstateful.PlanInput;
import io.github.cdk8sstateful.PlannedClaim;
import io.github.cdk8sstateful.PlannedStatefulSet;
import io.github.cdk8sstateful.StatefulApp;
import io.github.cdk8sstateful.VolumeClaimTemplateProps;
import java.util.List;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.Size;
import org.cdk8s.plus27.ContainerProps;

/** A plan is read in the program: what it returns are structs, lists and enums. */
public final class Review {
    private static PlanInput manifests(final int replicas, final Size storage) {
        final Chart chart = new Chart(new App(), "shop");
        StatefulApp.Builder.create(chart, "ledger")
            .replicas(replicas)
            .containers(List.of(ContainerProps.builder().image("registry.example.com/ledger:2.4.0").build()))
            .volumeClaimTemplates(List.of(
                VolumeClaimTemplateProps.builder().name("data").storage(storage).mountPath("/data").build()))
            .build();
        return PlanInput.fromObjects((List<? extends Object>) chart.toJson());
    }

    public static void main(final String[] args) {
        final Plan plan = Plan.between(manifests(3, Size.gibibytes(10)), manifests(2, Size.gibibytes(20)));
        System.out.println(plan.toText());
        for (final PlanFinding finding : plan.getFindings()) {
            System.out.printf("%s %s: %s%n", finding.getSeverity(), finding.getRule(), finding.getMessage());
        }
        for (final PlannedStatefulSet statefulSet : plan.getStatefulSets()) {
            for (final PlannedClaim claim : statefulSet.getClaims()) {
                System.out.printf("%s %s%n", claim.getName(), claim.getFate());
            }
        }
    }
}
