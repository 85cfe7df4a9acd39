import { Cron } from 'cdk8s';
import { cronProblem } from '../../src/private/cron';

test.each([
  Cron.everyMinute(), Cron.hourly(), Cron.daily(), Cron.weekly(), Cron.monthly(), Cron.annually(),
  Cron.schedule({ minute: '0', hour: '3' }),
  Cron.schedule({ minute: '*/15', hour: '1-5,22', day: '?', month: 'JAN-mar', weekDay: 'mon-fri/2' }),
  Cron.schedule({ minute: '0/5', day: '31', month: '12', weekDay: '6' }),
])('%j is a schedule', (cron) => {
  expect(cronProblem(cron)).toBeUndefined();
});

test.each<[unknown, RegExp]>([
  ['0 3 * * *', /^must be a Cron such as Cron.schedule\({ minute: '0', hour: '3' }\), got "0 3 \* \* \*"$/],
  [undefined, /got undefined$/],
  [null, /got null$/],
  [{ expressionString: 5 }, /got an object$/],
  [Cron.schedule({ minute: '60' }), /^must have a 'minute' from 0 to 59, .* got "60 \* \* \* \*", whose 'minute' is none$/],
  [Cron.schedule({ hour: '24' }), /whose 'hour' is none$/],
  [Cron.schedule({ day: '0' }), /whose 'day' is none$/],
  [Cron.schedule({ month: 'june' }), /whose 'month' is none$/],
  [Cron.schedule({ weekDay: '7' }), /whose 'weekDay' is none$/],
  [Cron.schedule({ hour: '5-3' }), /whose 'hour' is none$/],
  [Cron.schedule({ hour: '*/0' }), /whose 'hour' is none$/],
  [Cron.schedule({ hour: '1,,2' }), /whose 'hour' is none$/],
  [Cron.schedule({ hour: '' }), /whose 'hour' is none$|^must have five fields/],
  [Cron.schedule({ hour: '1 2' }), /^must have five fields without spaces, got "\* 1 2 \* \* \*"$/],
])('fails with %j', (cron, message) => {
  expect(cronProblem(cron)).toMatch(message);
});
