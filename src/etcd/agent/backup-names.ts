/** When it was made, so that names sort by age, and what was the last change in it. */
const NAME = /^\d{8}T\d{6}Z-rev\d+\.db$/;

/** What a backup is called, e.g. `20261123T100000Z-rev4711.db`. */
export function backupName(made: Date, revision: bigint): string {
  return `${made.toISOString().replace(/[-:]|\.\d+/g, '')}-rev${revision}.db`;
}

/** Whether a file is a backup by its name; all others are somebody else's. */
export function isBackup(name: string): boolean {
  return NAME.test(name);
}

/** The backups that are too many, oldest first, when this one has been added to those that were there. It is never one of them, whatever the clocks said. */
export function expiredOf(names: readonly string[], made: string, keep: number): string[] {
  const others = names.filter(name => isBackup(name) && name !== made).sort();
  return others.slice(0, Math.max(0, others.length - (keep - 1)));
}
