import { overlayOptions } from './root-filesystem';

describe('overlayOptions', () => {
  test('has an image below, and a layer for what is written that need not outlive the machine', () => {
    expect(overlayOptions('/image', '/c/upper', '/c/work')).toBe('lowerdir=/image,upperdir=/c/upper,workdir=/c/work,volatile');
  });

  test('escapes what has a meaning in mount options, such as the colon of a tag', () => {
    expect(overlayOptions('/etcd:3.5,x', '/a\\b', '/w')).toBe('lowerdir=/etcd\\:3.5\\,x,upperdir=/a\\\\b,workdir=/w,volatile');
  });
});
