import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { copyPrograms, filesIn, LanguageProject, ProgramName, Result, resultOf, ROOT, typescriptResultOf } from './programs';

const FAILS_WITH_FEW_REPLICAS = '[shop/ledger] Rollout.canary(3) needs at least 3 replicas, got 2: use a smaller canary or more replicas';
const FAILS_WITHOUT_CONTAINER = "[shop/ledger] a pod needs at least one container: give 'containers', or use addContainer()";

/** The tests of a language: the same program, in its own words, does the same as in TypeScript. */
export function describeLanguage(language: string, project: LanguageProject): void {
  const isPresent = (process.env.LANGUAGES ?? '').split(' ').includes(language);
  (isPresent ? describe : describe.skip)(language, () => {
    let folder: string;
    const run = async (program: ProgramName): Promise<Result> => resultOf(project.command(program, folder));

    beforeAll(async () => {
      folder = copyPrograms(language);
      await project.install(folder);
    });

    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(['myapp', 'canary', 'etcd'] as const)('writes the manifest of the example %s, byte for byte', async example => {
      const { code, files, stderr } = await run(example);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(files).toEqual(filesIn(join(ROOT, 'examples', example, 'dist')));
    });

    test.each([
      ['what the README shows', 'readme'],
      ['structs, choices, enums, units, maps, lists and patches', 'tour'],
    ] as const)('writes the same manifest as TypeScript, byte for byte: %s', async (_, program) => {
      const { code, files, stderr } = await run(program);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(Object.keys(files)).toHaveLength(1);
      expect(files).toEqual((await typescriptResultOf(program)).files);
    });

    test('reads structs, lists and enums that the library returns, and prints the same plan as TypeScript', async () => {
      const { code, stdout, stderr } = await run('review');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toContain('claim-template-grown');
      expect(stdout).toBe((await typescriptResultOf('review')).stdout);
    });

    test('ends with the words of the library where a construct is refused', async () => {
      const { code, files, stderr } = await run('refused');
      expect(code).not.toBe(0);
      expect(files).toEqual({});
      expect(stderr.split('\n')).toContain(project.refusal(FAILS_WITH_FEW_REPLICAS));
    });

    test('ends with the words of the library where synthesis is refused', async () => {
      const { code, files, stderr } = await run('refused-at-synth');
      expect(code).not.toBe(0);
      expect(files).toEqual({});
      expect(stderr.split('\n')).toContain(project.refusalAtSynth(
        `Error: Failed serializing construct at path 'shop/ledger/Resource' with name 'ledger': Error: ${FAILS_WITHOUT_CONTAINER}`));
    });
  });
}
