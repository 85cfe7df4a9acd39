import { Duration } from 'cdk8s';
import { EtcdAutoCompaction } from '../../src';
import { newChart } from '../util';

const settingsOf = (compaction: EtcdAutoCompaction) => compaction._settings(newChart());

test('the last time is kept, in seconds', () => {
  expect(settingsOf(EtcdAutoCompaction.periodic(Duration.hours(1)))).toEqual({ 'auto-compaction-mode': 'periodic', 'auto-compaction-retention': '3600s' });
});

test('the last revisions are kept', () => {
  expect(settingsOf(EtcdAutoCompaction.revisions(1000))).toEqual({ 'auto-compaction-mode': 'revision', 'auto-compaction-retention': '1000' });
});

test('everything is kept', () => {
  expect(settingsOf(EtcdAutoCompaction.off())).toEqual({});
});

test.each([
  [EtcdAutoCompaction.periodic(Duration.millis(1500)), /'retention' of EtcdAutoCompaction.periodic\(\) in seconds must be a whole number .*, got 1.5$/],
  [EtcdAutoCompaction.periodic(Duration.seconds(0)), /'retention' of EtcdAutoCompaction.periodic\(\), in seconds, must be .* got 0$/],
  [EtcdAutoCompaction.periodic(3600 as any), /must be a Duration such as Duration.seconds\(30\), got 3600$/],
  [EtcdAutoCompaction.revisions(0), /'count' of EtcdAutoCompaction.revisions\(\) must be a whole number from 1 .*, got 0$/],
])('what etcd cannot keep is refused, %#', (compaction, message) => {
  expect(() => settingsOf(compaction)).toThrow(message);
});
