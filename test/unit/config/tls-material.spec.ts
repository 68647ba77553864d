import { afterAll, describe, expect, it } from 'vitest';
import { readTlsMaterial } from '../../../lib/config/index.js';
import { ConfigurationException } from '../../../lib/index.js';
import { CertificateAuthority } from '../../support/certificates.js';

const ca = new CertificateAuthority();
afterAll(() => ca.remove());
const { cert, key } = ca.issue('client');
const other = ca.issue('other');

describe('the tls section', () => {
  it('gives the texts of the authority, the certificate and its key', () => {
    const material = readTlsMaterial({ caCert: ca.cert, certfile: cert, keyfile: key });
    expect(material.ca).toContain('BEGIN CERTIFICATE');
    expect(material.cert).toContain('BEGIN CERTIFICATE');
    expect(material.key).toContain('PRIVATE KEY');
  });

  it.each<[string, Parameters<typeof readTlsMaterial>[0], string]>([
    ['a certificate without its key', { certfile: cert }, 'tls.certfile is given without tls.keyfile'],
    ['a key without its certificate', { keyfile: key }, 'tls.keyfile is given without tls.certfile'],
    [
      'the key of another certificate',
      { certfile: cert, keyfile: other.key },
      `tls.keyfile ${other.key} is not`,
    ],
    ['an authority without a certificate', { caCert: key }, 'the file contains no certificate in PEM format'],
    ['an authority that is absent', { caCert: '/no/ca.pem' }, 'tls.caCert (ca_cert): the file /no/ca.pem'],
    [
      'a certificate for a key',
      { certfile: cert, keyfile: cert },
      `tls.keyfile: the file ${cert} can't be used`,
    ],
  ])('is refused with %s, and the error names the setting and the file', (_, tls, text) => {
    expect(() => readTlsMaterial(tls)).toThrow(ConfigurationException);
    expect(() => readTlsMaterial(tls)).toThrow(text);
  });
});
