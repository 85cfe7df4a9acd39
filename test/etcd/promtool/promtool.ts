import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Series by what they are called in a query, and their values minute by minute as promtool writes them. */
export type Series = Record<string, string>;

/** What Prometheus is given. */
export interface World {
  readonly rules: unknown[];
  readonly series: Series;
}

export const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

/** What promtool says of rules; nothing that is wrong. */
export function checked(rules: unknown[]): string {
  return promtool(['check', 'rules'], { 'rules.json': { groups: [{ name: 'test', rules }] } });
}

/**
 * What promtool says where exactly these alerts are firing after so many minutes, by all of their labels: `ALERT{label="value"}`.
 */
export function firing(world: World, expected: Record<number, string[]>): string {
  const labelsOf = (alert: string) => alert.replace(/^(\w+)\{/, 'ALERTS{alertstate="firing",alertname="$1",');
  return tested(world, {
    promql_expr_test: Object.entries(expected).map(([at, alerts]) => ({
      expr: 'ALERTS{alertstate="firing"}', eval_time: `${at}m`, exp_samples: alerts.map(alert => ({ labels: labelsOf(alert), value: 1 })),
    })),
  });
}

/** What promtool says where an alert fires once after half an hour, with these labels and texts. */
export function texts(world: World, alertname: string, exp_labels: Record<string, string>, exp_annotations: Record<string, string>): string {
  return tested(world, { alert_rule_test: [{ alertname, eval_time: '30m', exp_alerts: [{ exp_labels, exp_annotations }] }] });
}

function tested({ rules, series }: World, asked: object): string {
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  return promtool(['test', 'rules'], {
    'test.json': { rule_files: ['rules.json'], evaluation_interval: '1m', tests: [{ interval: '1m', input_series, ...asked }] },
    'rules.json': { groups: [{ name: 'test', rules }] },
  });
}

/** Runs promtool on the first of these files, which is JSON and therefore YAML. */
function promtool(args: string[], files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'promtool-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), JSON.stringify(content));
    }
    const { status, stdout, stderr } = spawnSync('promtool', [...args, Object.keys(files)[0]], { cwd: folder, encoding: 'utf8' });
    return `${stdout}${stderr}exit ${status}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
