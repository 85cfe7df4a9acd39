/** Prints a line of JSON: one for each decision, with its reason. */
export function log(event: string, fields: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));
}

/** Prints as `log` does, but an event only when something else is to be said of it than the last time. */
export function changeLog(): typeof log {
  const said = new Map<string, string>();
  return (event, fields = {}) => {
    const line = JSON.stringify(fields);
    if (said.get(event) !== line) {
      said.set(event, line);
      log(event, fields);
    }
  };
}

/** What an error says, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
