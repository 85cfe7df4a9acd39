import { X509Certificate } from 'node:crypto';
import { createCertificates } from './certificates';

describe('createCertificates', () => {
  const certificates = createCertificates();

  test('signs the certificate of the API server by its own authority', async () => {
    const { caPem, certPem } = await certificates;
    const ca = new X509Certificate(caPem);
    const certificate = new X509Certificate(certPem);
    expect(ca.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
  });

  test.each(['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'])(
    'is for the host %s', async host => expect(new X509Certificate((await certificates).certPem).checkHost(host)).toBe(host),
  );

  test('is for the address of the service and for no other name', async () => {
    const certificate = new X509Certificate((await certificates).certPem);
    expect(certificate.checkIP('10.96.0.1')).toBe('10.96.0.1');
    expect(certificate.checkHost('etcd')).toBeUndefined();
  });

  test('is another one each time', async () => {
    expect((await createCertificates()).caPem).not.toBe((await certificates).caPem);
  });
});
