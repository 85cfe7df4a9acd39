import { PlanSeverity } from '../../plan-types';
import { EffectRule, kubectl } from '../rule';

export const serviceStaysHeadless: EffectRule = {
  id: 'service-stays-headless',
  severity: PlanSeverity.WARN,
  title: 'a headless Service is to get an address, and stays headless',
  explanation: 'Where a manifest does not state `clusterIP`, the server keeps what the Service has, and `None` is what it has. The change is accepted, and '
    + 'nothing happens.',
  mend: 'Delete the Service and apply, or put `clusterIP: None` back.',
  source: 'https://github.com/kubernetes/kubernetes/blob/v1.27.16/pkg/registry/core/service/storage/storage.go',
  check: pair => {
    const [before, after] = [pair.given.before?.spec?.clusterIP, pair.given.after?.spec?.clusterIP];
    const stays = pair.group === '' && pair.kind === 'Service' && before === 'None' && (after ?? '') === '' && pair.after?.spec.clusterIP === 'None';
    return stays ? [{
      message: 'clusterIP is not stated any more, and the server keeps None: no client gets an address',
      difference: { path: 'spec.clusterIP', way: [], before, after: undefined },
      mend: [`${kubectl(pair)} delete service ${pair.name}, and apply at once`],
    }] : [];
  },
};
