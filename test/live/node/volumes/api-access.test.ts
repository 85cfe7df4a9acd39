import { hasApiAccess, PodTokens, userOf } from './api-access';

const podWith = (spec: object) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod', namespace: 'default' }, spec: { serviceAccountName: 'builder', containers: [{}], ...spec },
});
const account = (more: object) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'builder' }, ...more });

// https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
describe('hasApiAccess', () => {
  test.each([
    ['is so by default', {}, {}, true],
    ['is not so if the service account says no', {}, { automountServiceAccountToken: false }, false],
    ['is not so if the pod says no', { automountServiceAccountToken: false }, {}, false],
    ['is as the pod says if both say', { automountServiceAccountToken: true }, { automountServiceAccountToken: false }, true],
  ])('%s', (_, spec, serviceAccount, result) => {
    expect(hasApiAccess(podWith(spec), account(serviceAccount))).toBe(result);
  });

  test('is so without a service account, too', () => {
    expect(hasApiAccess(podWith({}), undefined)).toBe(true);
  });
});

// https://kubernetes.io/docs/concepts/storage/projected-volumes/#securitycontext-interactions
describe('userOf', () => {
  const as = (runAsUser: number) => ({ securityContext: { runAsUser } });
  test.each([
    ['is the user of the pod', { ...as(65532) }, 65532],
    ['is the user of all containers', { containers: [as(1), as(1)] }, 1],
    ['takes a container\'s user over the pod\'s', { ...as(1), containers: [as(2)] }, 2],
    ['is nobody if containers have different users', { containers: [as(1), as(2)] }, undefined],
    ['is nobody if one container has the user of its image', { containers: [as(1), {}] }, undefined],
    ['counts init containers', { initContainers: [as(0)], containers: [as(1)] }, undefined],
    ['is root where it is asked for', { containers: [as(0)] }, 0],
    ['is nobody if no one says', {}, undefined],
  ])('%s', (_, spec, user) => {
    expect(userOf(podWith(spec))).toBe(user);
  });
});

// https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#serviceaccount-token-volume-projection
describe('PodTokens', () => {
  const issue = jest.fn();
  const pod = podWith({});
  let tokens: PodTokens;

  beforeEach(() => {
    jest.useFakeTimers();
    let count = 0;
    issue.mockImplementation(() => `token-${++count}`);
    tokens = new PodTokens({ issue }, pod);
  });
  afterEach(() => jest.useRealTimers());

  test('are of the pod\'s service account and bound to the pod', () => {
    tokens.tokenFor({ audience: 'vault', expirationSeconds: 600 });
    expect(issue).toHaveBeenCalledWith('default', 'builder', { pod, audience: 'vault', expirationSeconds: 600 });
  });

  test('stay the same until four fifths of their time are over', () => {
    expect(tokens.tokenFor({ expirationSeconds: 1000 })).toBe('token-1');
    jest.advanceTimersByTime(799_000);
    expect(tokens.tokenFor({ expirationSeconds: 1000 })).toBe('token-1');
    jest.advanceTimersByTime(1_000);
    expect(tokens.tokenFor({ expirationSeconds: 1000 })).toBe('token-2');
  });

  test('live no longer than a day', () => {
    tokens.tokenFor({ expirationSeconds: 1_000_000 });
    jest.advanceTimersByTime(24 * 3600_000);
    expect(tokens.tokenFor({ expirationSeconds: 1_000_000 })).toBe('token-2');
  });

  test('differ by audience', () => {
    expect(tokens.tokenFor({})).toBe('token-1');
    expect(tokens.tokenFor({ audience: 'vault' })).toBe('token-2');
    expect(tokens.tokenFor({})).toBe('token-1');
  });
});
