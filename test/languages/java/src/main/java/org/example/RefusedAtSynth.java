package org.example;

import io.github.cdk8sstateful.StatefulApp;
import org.cdk8s.App;
import org.cdk8s.Chart;

public final class RefusedAtSynth {
    public static void main(final String[] args) {
        final App app = new App();
        final Chart chart = new Chart(app, "shop");
        StatefulApp.Builder.create(chart, "ledger").replicas(2).build();
        app.synth();
    }
}
