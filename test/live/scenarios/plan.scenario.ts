import { Change, SERIES } from './plan-changes';
import { Account, SeriesRun } from './plan-series';
import { PodWatch } from './pod-watch';
import { story } from '../story';

story('what a plan says of a change', {}, ({ cluster, step }) => {
  let watch: PodWatch;
  const runs = new Map<string, SeriesRun>();

  // all series go on at once, each on a StatefulSet of its own.
  step('is compared with what is seen', async () => {
    watch = new PodWatch(cluster);
    watch.start();
    SERIES.forEach(series => runs.set(series.name, new SeriesRun(cluster, watch, series)));
  });

  for (const { name, changes } of SERIES) {
    changes.forEach((change, i) => step(`${name} ${i + 1}, ${change.what}: ${change.refused ? 'refused' : change.moves || 'no pod moves'}`, async () => {
      const { foretold, happened } = await runs.get(name)!.outcomes[i];
      expect(happened).toEqual(foretold);
      expect(foretold).toMatchObject(expected(name, change));
    }));
  }

  afterAll(() => watch.stop());
});

/** The row of the table, in the words of an account. */
function expected(name: string, { moves, refused = false, broken, byHand = [], heldBack = [], blockedBy, claims }: Change): Partial<Account> {
  const pods = (ordinals: readonly number[]) => ordinals.map(ordinal => `${name}-${ordinal}`).sort();
  return {
    refused,
    moves: broken && moves !== '' ? `${moves}!` : moves,
    ...!broken && { outdated: pods([...byHand, ...heldBack]) },
    ...blockedBy !== undefined && { blockedBy: `${name}-${blockedBy}` },
    ...claims && {
      claims: Object.fromEntries(Object.entries(claims).flatMap(([fate, ordinals]) => ordinals.map(ordinal => [`data-${name}-${ordinal}`, fate]))),
    },
  };
}
