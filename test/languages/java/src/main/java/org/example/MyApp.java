package org.example;

import io.github.cdk8sstateful.HeadlessService;
import io.github.cdk8sstateful.HeadlessServicePort;
import io.github.cdk8sstateful.PodSecurity;
import io.github.cdk8sstateful.StatefulApp;
import io.github.cdk8sstateful.VolumeClaimTemplateProps;
import java.util.List;
import java.util.Map;
import org.cdk8s.ApiObjectMetadata;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.Size;
import org.cdk8s.plus27.ContainerPort;
import org.cdk8s.plus27.ContainerProps;
import software.constructs.Construct;

/** Three web servers, each with a disk of its own, of which an update reaches only the last. */
public class MyApp extends Chart {
    public MyApp(final Construct scope, final String id) {
        super(scope, id);
        StatefulApp.Builder.create(this, "myapp")
            .service(HeadlessService.Builder.create(this, "myapp-svc")
                .metadata(ApiObjectMetadata.builder().labels(Map.of("app", "myapp-svc")).build())
                .ports(List.of(HeadlessServicePort.builder().port(80).name("web").build()))
                .build())
            .selectorLabels(Map.of("app", "myapp-pod"))
            .replicas(3)
            .partition(2)
            .containers(List.of(ContainerProps.builder()
                .name("myapp")
                .image("ikubernetes/myapp:v5")
                .ports(List.of(ContainerPort.builder().number(80).name("web").build()))
                .build()))
            .volumeClaimTemplates(List.of(VolumeClaimTemplateProps.builder()
                .name("myappdata")
                .storage(Size.gibibytes(2))
                .storageClass("glusterfs")
                .mountPath("/usr/share/nginx/html")
                .build()))
            // the image runs nginx as root, on port 80, and writes beside its data.
            .podSecurity(PodSecurity.baseline())
            .build();
    }

    public static void main(final String[] args) {
        final App app = new App();
        new MyApp(app, "myapp");
        app.synth();
    }
}
