import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate and its key, as files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority for tests, in a folder that is removed with it. */
export class CertificateAuthority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-ca-'));
  private readonly own: Certificate;

  constructor(name = 'Test CA') {
    this.own = this.files('ca');
    this.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-keyout', this.own.key, '-out', this.own.cert); // prettier-ignore
  }

  /** The file of its own certificate. */
  get cert(): string {
    return this.own.cert;
  }

  /** Issues a certificate. `names` are the names of the server, such as `DNS:localhost`. */
  issue(commonName: string, names = ''): Certificate {
    return this.issueFor(commonName, names, 2);
  }

  /** Issues an expired certificate. */
  issueExpired(commonName: string, names: string): Certificate {
    return this.issueFor(commonName, names, -1);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private issueFor(commonName: string, names: string, days: number): Certificate {
    const files = this.files(commonName);
    const request = join(this.folder, `${commonName}.csr`);
    const extensions = join(this.folder, `${commonName}.ext`);
    writeFileSync(extensions, names ? `subjectAltName=${names}\n` : 'keyUsage=digitalSignature\n');
    this.openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', `/CN=${commonName}`, '-keyout', files.key, '-out', request); // prettier-ignore
    this.openssl('x509', '-req', '-in', request, '-CA', this.own.cert, '-CAkey', this.own.key, '-CAcreateserial', '-days', String(days), '-extfile', extensions, '-out', files.cert); // prettier-ignore
    return files;
  }

  private files(name: string): Certificate {
    return { cert: join(this.folder, `${name}.pem`), key: join(this.folder, `${name}.key`) };
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe' });
  }
}
