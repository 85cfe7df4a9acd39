import { printed } from './fake-gateway';
import { changeLog, log, messageOf } from '../../../src/etcd/agent/log';

afterEach(() => jest.restoreAllMocks());

test('each event is a line of JSON with its time', () => {
  const lines = printed();
  log('waiting', { reason: 'it is early' });
  log('done');
  expect(lines).toEqual([
    { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), event: 'waiting', reason: 'it is early' }, { time: expect.any(String), event: 'done' },
  ]);
});

test('an event that comes again and again is printed when something else is to be said of it', () => {
  const lines = printed();
  const logChange = changeLog();
  logChange('waiting', { reason: 'it is early' });
  logChange('waiting', { reason: 'it is early' });
  logChange('waiting', { reason: 'it is late' });
  logChange('started');
  logChange('started');
  expect(lines.map(({ event, reason }) => [event, reason])).toEqual([['waiting', 'it is early'], ['waiting', 'it is late'], ['started', undefined]]);
});

test('an error is said in its own words, whatever was thrown', () => {
  expect([messageOf(new Error('no quorum')), messageOf('text'), messageOf(undefined)]).toEqual(['no quorum', 'text', 'undefined']);
});
