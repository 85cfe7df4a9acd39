from cdk8s import App, Chart
from cdk8s_stateful import StatefulApp

app = App()
chart = Chart(app, "shop")
StatefulApp(chart, "ledger", replicas=2)
app.synth()
