using Org.Cdk8s;
using Org.Cdk8s.Plus27;
using Cdk8sStateful;

var app = new App();
new StatefulApp(new Chart(app, "shop", new ChartProps { Namespace = "shop" }), "cache", new StatefulAppProps {
    Replicas = 3,
    Containers = new [] { new ContainerProps {
        Image = "redis:7.4.1",
        Args = new [] { "--appendonly", "yes" },
        Ports = new [] { new ContainerPort { Number = 6379, Name = "redis" } },
        Readiness = Probe.FromTcpSocket()
    } },
    VolumeClaimTemplates = new [] { new VolumeClaimTemplateProps { Name = "data", Storage = Size.Gibibytes(10), MountPath = "/data" } }
});
app.Synth();
