import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { etcd } from './etcd';
import { RootDirectory } from './root-directory';

jest.mock('./etcd-sources', () => ({
  etcdSource: () => ({
    install: async (_version: string, root: RootDirectory) => root.file('/usr/local/bin/etcd', '#!/bin/sh\necho "etcd Version: 3.7.3"\n', 0o755),
  }),
}));
// the authorities of this machine, if it has any.
jest.spyOn(RootDirectory.prototype, 'copy').mockResolvedValue();

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'image-test-'));
});

afterEach(async () => rm(directory, { recursive: true }));

test('etcd starts in the directory of its data', async () => {
  const image = etcd('3.7.3')!;
  await image.build(directory, directory);
  await expect(access(join(directory, image.config.workingDir))).resolves.toBeUndefined();
});

test('fails when a source gives another release than it was asked for', async () => {
  await expect(etcd('3.6.14')!.build(directory, directory)).rejects.toThrow(/^etcd says that it is not 3\.6\.14 but: etcd Version: 3\.7\.3/);
});
