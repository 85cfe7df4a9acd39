package org.example;

import io.github.cdk8sstateful.PodSecurity;
import io.github.cdk8sstateful.PodSecurityOptions;
import io.github.cdk8sstateful.Rollout;
import io.github.cdk8sstateful.StatefulApp;
import java.util.List;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.plus27.Container;
import org.cdk8s.plus27.ContainerPort;
import org.cdk8s.plus27.ContainerProps;
import org.cdk8s.plus27.HttpGetProbeOptions;
import org.cdk8s.plus27.PodManagementPolicy;
import org.cdk8s.plus27.Probe;
import org.cdk8s.plus27.Volume;
import software.constructs.Construct;

/** Three web servers, of which a new image reaches as many as the rollout says. */
public class WebServers extends Chart {
    public WebServers(final Construct scope, final String id, final String image, final Rollout rollout) {
        super(scope, id);
        final StatefulApp app = StatefulApp.Builder.create(this, "web")
            .replicas(3)
            .rollout(rollout)
            // with OrderedReady, a canary that never gets ready is not even replaced by the old image.
            .podManagementPolicy(PodManagementPolicy.PARALLEL)
            // the user of the image.
            .podSecurity(PodSecurity.restricted(PodSecurityOptions.builder().user(101).build()))
            .build();
        final Container nginx = app.addContainer(ContainerProps.builder()
            .name("nginx")
            .image(image)
            .ports(List.of(ContainerPort.builder().number(8080).name("http").build()))
            .readiness(Probe.fromHttpGet("/", HttpGetProbeOptions.builder().port(8080).build()))
            .build());
        nginx.mount("/tmp", Volume.fromEmptyDir(this, "tmp", "tmp"));
    }

    public static void main(final String[] args) {
        final App app = new App();
        new WebServers(app, "canary", "nginxinc/nginx-unprivileged:1.28.2-alpine", Rollout.canary());
        app.synth();
    }
}
