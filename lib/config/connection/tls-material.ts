import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { ConfigurationException } from '../../exceptions/index.js';
import type { TlsOptions } from '../fedora-messaging-options.interface.js';

/** The certificates and the key of a TLS connection, as PEM texts. */
export interface TlsMaterial {
  /** Certificate authorities; undefined means Node's own list. */
  readonly ca: string | string[] | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Reads the files of the `tls` section. Each connection calls it, so that it uses a certificate that was renewed on
 * disk.
 *
 * @throws ConfigurationException that names the setting whose file can't be read or parsed.
 */
export function readTlsMaterial({ caCert, certfile, keyfile }: TlsOptions): TlsMaterial {
  if (Boolean(certfile) !== Boolean(keyfile)) {
    const [given, missing] = certfile ? ['certfile', 'keyfile'] : ['keyfile', 'certfile'];
    throw new ConfigurationException(
      `tls.${given} is given without tls.${missing}: a client certificate needs its private key, so give both`,
    );
  }
  const ca = caCert ? readPem(caCert, 'caCert (ca_cert)', certificates) : systemCertificateAuthorities();
  const cert = certfile ? readPem(certfile, 'certfile', certificates) : undefined;
  const key = keyfile ? readPem(keyfile, 'keyfile', createPrivateKey) : undefined;
  try {
    tls.createSecureContext({ cert, key });
  } catch (error) {
    throw new ConfigurationException(
      `tls.keyfile ${keyfile} is not the private key of tls.certfile ${certfile}: ${(error as Error).message}`,
      { cause: error },
    );
  }
  return { ca, cert, key };
}

function readPem(file: string, setting: string, parse: (pem: string) => unknown): string {
  try {
    const pem = readFileSync(file, 'utf8');
    parse(pem);
    return pem;
  } catch (error) {
    throw new ConfigurationException(
      `tls.${setting}: the file ${file} can't be used: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

function certificates(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g);
  if (!blocks) throw new Error('the file contains no certificate in PEM format');
  return blocks.map((block) => new X509Certificate(block));
}

/** The files of the system's certificate authorities on Linux distributions; Fedora's file comes first. */
const CA_BUNDLES = [
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

let systemBundle: string | undefined | null = null;

/** The system's list of authorities. Operators expect that list, because OpenSSL and Python use it; Node does not. */
function systemCertificateAuthorities(): string | undefined {
  if (systemBundle !== null) return systemBundle;
  systemBundle = undefined;
  for (const file of [process.env['SSL_CERT_FILE'], ...CA_BUNDLES]) {
    try {
      if (file) return (systemBundle = readFileSync(file, 'utf8'));
    } catch {
      // This system has no such file.
    }
  }
  return systemBundle;
}
