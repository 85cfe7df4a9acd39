import { librariesIn } from './shared-libraries';

describe('librariesIn', () => {
  test('takes the loader and each library, and leaves out what the kernel maps', () => {
    expect(librariesIn([
      '\tlinux-vdso.so.1 (0x00007f143be73000)',
      '\tlibstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f145bc80000)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f145be75000)',
      '',
    ].join('\n'))).toEqual(['/lib/x86_64-linux-gnu/libstdc++.so.6', '/lib64/ld-linux-x86-64.so.2']);
  });

  test('finds none in a static program', () => {
    expect(librariesIn('\tstatically linked\n')).toEqual([]);
  });

  test('fails when a library is not installed', () => {
    expect(() => librariesIn('\tlibssl.so.3 => not found\n')).toThrow(/^library 'libssl\.so\.3' is not installed$/);
  });
});
