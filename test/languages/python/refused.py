from cdk8s import App, Chart
from cdk8s_stateful import Rollout, StatefulApp

app = App()
chart = Chart(app, "shop")
StatefulApp(chart, "ledger", replicas=2, rollout=Rollout.canary(3))
app.synth()
