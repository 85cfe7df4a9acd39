import { ContainerConfig, Runtime, StartError } from './runtime';

describe('Runtime', () => {
  test.each(['', '.', '..', '../other', 'a/b', 'a b'])('fails when a world is called %p, whose control groups could be those of others', async world => {
    expect(() => new Runtime(world)).toThrow(/a world's name must be of letters, digits, dots, dashes and underscores, got ".*"/);
    await expect(Runtime.cleanUp(world)).rejects.toThrow(/a world's name must be/);
  });

  test('fails to start a container in a control group that would not be found again', async () => {
    const config = { id: 'c', cgroup: '/cdk8s-stateful-another.1/c' } as ContainerConfig;
    await expect(new Runtime('a-world.1').start(config)).rejects.toThrow(
      /the control group of container c must be below \/cdk8s-stateful-a-world\.1, where it is found again, got \/cdk8s-stateful-another\.1\/c/);
  });
});

describe('StartError', () => {
  test('has the exit code that Kubernetes shows for a container that could not be started', () => {
    expect(new StartError('exec: "/bin/sh": stat /bin/sh: no such file or directory').exitCode).toBe(128);
  });
});
