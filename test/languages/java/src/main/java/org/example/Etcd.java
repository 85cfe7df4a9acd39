package org.example;

import io.github.cdk8sstateful.EtcdCluster;
import org.cdk8s.App;
import org.cdk8s.Chart;
import org.cdk8s.Size;
import software.constructs.Construct;

/** Three members of etcd. */
public class Etcd extends Chart {
    private final EtcdCluster cluster;

    public Etcd(final Construct scope, final String id) {
        super(scope, id);
        cluster = EtcdCluster.Builder.create(this, "etcd").replicas(3).storage(Size.gibibytes(2)).build();
    }

    public EtcdCluster getCluster() {
        return cluster;
    }

    public static void main(final String[] args) {
        final App app = new App();
        new Etcd(app, "etcd");
        app.synth();
    }
}
