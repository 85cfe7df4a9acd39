package org.example;

import io.github.cdk8sstateful.StatefulApp;
import io.github.cdk8sstateful.VolumeClaimTemplateProps;
import java.util.List;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.ChartProps;
import org.cdk8s.Size;
import org.cdk8s.plus27.ContainerPort;
import org.cdk8s.plus27.ContainerProps;
import org.cdk8s.plus27.Probe;

public final class Shop {
    public static void main(final String[] args) {
        final App app = new App();
        final Chart chart = new Chart(app, "shop", ChartProps.builder().namespace("shop").build());
        StatefulApp.Builder.create(chart, "cache")
            .replicas(3)
            .containers(List.of(ContainerProps.builder()
                .image("redis:7.4.1")
                .args(List.of("--appendonly", "yes"))
                .ports(List.of(ContainerPort.builder().number(6379).name("redis").build()))
                .readiness(Probe.fromTcpSocket())
                .build()))
            .volumeClaimTemplates(List.of(VolumeClaimTemplateProps.builder()
                .name("data")
                .storage(Size.gibibytes(10))
                .mountPath("/data")
                .build()))
            .build();
        app.synth();
    }
}
