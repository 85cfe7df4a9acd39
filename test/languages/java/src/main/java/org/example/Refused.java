package org.example;

import io.github.cdk8sstateful.Rollout;
import io.github.cdk8sstateful.StatefulApp;
import org.cdk8s.App;
import org.cdk8s.Chart;

public final class Refused {
    public static void main(final String[] args) {
        final App app = new App();
        final Chart chart = new Chart(app, "shop");
        StatefulApp.Builder.create(chart, "ledger").replicas(2).rollout(Rollout.canary(3)).build();
        app.synth();
    }
}
