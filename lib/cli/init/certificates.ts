import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TlsOptions } from '../../config/index.js';
import { CommandError, messageOf } from '../command-error.js';
import type { CertificateNames } from './bus-presets.js';

/** The folder in which the RPM of the Python library has its certificates. */
const RPM_FOLDER = '/etc/fedora-messaging';

/** The address of the files that come with the Python library. */
const SOURCE = 'https://raw.githubusercontent.com/fedora-infra/fedora-messaging/stable/configs';

/**
 * Finds the certificates of a public bus.
 *
 * @param given the folder that the user names. Default: the folder of the RPM
 * @throws CommandError that says how to get them, when one is missing or can't be read
 */
export function findCertificates(
  names: CertificateNames,
  given: string | undefined,
  rpmFolder = RPM_FOLDER,
): Required<TlsOptions> {
  const folder = resolve(given ?? rpmFolder);
  for (const name of Object.values(names)) assertReadable(folder, name, names, given);
  const { caCert, certfile, keyfile } = names;
  return {
    caCert: join(folder, caCert),
    certfile: join(folder, certfile),
    keyfile: join(folder, keyfile),
  };
}

function assertReadable(
  folder: string,
  name: string,
  names: CertificateNames,
  given: string | undefined,
): void {
  try {
    accessSync(join(folder, name), constants.R_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw new CommandError(`The certificate ${join(folder, name)} can't be read: ${messageOf(error)}`);
    }
    throw new CommandError(`The certificate ${join(folder, name)} is missing.\n${helpFor(names, given)}`);
  }
}

function helpFor(names: CertificateNames, given: string | undefined): string {
  const folder = given ?? 'certificates';
  const urls = Object.values(names).map((name) => `${SOURCE}/${name}`);
  return [
    'Everybody uses the same certificate for the public bus; it comes with fedora-messaging for Python. On Fedora:',
    '  $ sudo dnf install fedora-messaging',
    `Elsewhere, get the files and name their folder:`,
    `  $ mkdir -p ${folder} && cd ${folder} && curl --fail --remote-name-all \\`,
    ...urls.map((url, index) => `      ${url}${index < urls.length - 1 ? ' \\' : ''}`),
    `  $ cd - && fedora-messaging init --certificates ${folder}`,
  ].join('\n');
}
