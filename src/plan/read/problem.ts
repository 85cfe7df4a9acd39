/** What a plan cannot be made of, in words for whoever gave it. */
export class InputProblem extends Error {
  public constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.name = 'InputProblem';
  }
}
