import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as tls from 'node:tls';
import { ConfigurationException } from '../exceptions/index.js';
import type { TlsOptions } from './fedora-messaging-options.interface.js';

/** What a TLS connection is made with: PEM texts. */
export interface TlsMaterial {
  /** Certificate authorities; undefined leaves it to Node's own list. */
  readonly ca: string | string[] | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Reads the files of the `tls` section. Called for every connection, so that a certificate renewed on
 * disk is used by the next one.
 *
 * @throws ConfigurationException that names the setting whose file can't be read or parsed.
 */
export function readTlsMaterial({ caCert, certfile, keyfile }: TlsOptions): TlsMaterial {
  if (Boolean(certfile) !== Boolean(keyfile)) {
    const [given, missing] = certfile ? ['certfile', 'keyfile'] : ['keyfile', 'certfile'];
    throw new ConfigurationException(
      `tls.${given} is given without tls.${missing}: the client certificate and its private key are needed together`,
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
  if (!blocks) throw new Error('it has no certificate in PEM format');
  return blocks.map((block) => new X509Certificate(block));
}

/** Where Linux distributions keep the system's certificate authorities; Fedora's place first. */
const BUNDLES = [
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

let systemBundle: string | undefined | null = null;

/** Node trusts a list of its own; operators expect the system's, as OpenSSL and so Python use it. */
function systemCertificateAuthorities(): string | undefined {
  if (systemBundle !== null) return systemBundle;
  systemBundle = undefined;
  for (const file of [process.env['SSL_CERT_FILE'], ...BUNDLES]) {
    try {
      if (file) return (systemBundle = readFileSync(file, 'utf8'));
    } catch {
      // Not on this system: the next place.
    }
  }
  return systemBundle;
}
