import { readFileSync } from 'fs';
import { join } from 'path';
import { plotOf } from '../bench/harness/plot';

const BENCH = join(__dirname, '..', 'bench');

describe('the plot of the benchmark', () => {
  test('is drawn from the figures that are committed with it', () => {
    const { rows } = JSON.parse(readFileSync(join(BENCH, 'performance.json'), 'utf8'));
    expect(plotOf(rows)).toBe(readFileSync(join(BENCH, 'performance.svg'), 'utf8'));
  });

  test('has a line for each peer of each shape, and moves names apart whose lines end together', () => {
    const row = (peer: string, n: number, processMilliseconds: number) => ({ peer, shape: 'one-chart', n, processMilliseconds }) as any;
    const svg = plotOf([row('fleet', 1, 10), row('fleet', 100, 100), row('stateful', 1, 10), row('stateful', 100, 100)]);
    expect(svg.match(/<polyline /g)).toHaveLength(2);
    expect(svg.match(/<circle /g)).toHaveLength(4);
    const [first, second] = [...svg.matchAll(/y="([\d.]+)" fill="[^"]+">(?:stateful|fleet)</g)].map(([, y]) => Number(y));
    expect(Math.abs(first - second)).toBeGreaterThanOrEqual(13);
  });
});
