import { writeFileSync } from 'node:fs';
import { CommandError, messageOf } from '../command-error.js';
import { BUS_PRESETS, type BusName, type BusPreset } from '../init/bus-presets.js';
import { findCertificates } from '../init/certificates.js';
import { configurationText } from '../init/configuration-text.js';
import { print } from '../output/standard-streams.js';

export interface InitOptions {
  readonly bus: BusName;
  readonly certificates?: string;
}

/** Writes a configuration file for a bus. @param file its name, or `-` for standard output */
export async function init({ bus, certificates: folder }: InitOptions, file: string): Promise<void> {
  const preset: BusPreset = BUS_PRESETS[bus];
  const { title, certificates } = preset;
  if (!certificates && folder !== undefined) {
    throw new CommandError(`option --certificates: cannot be used with --bus ${bus}, which needs none`);
  }
  const tls = certificates && findCertificates(certificates, folder);
  if (file === '-') return print(configurationText(preset, tls, 'FILE'));
  write(file, configurationText(preset, tls, file));
  await print(
    `${file} is for ${title}. See its messages with\n  $ fedora-messaging --conf ${file} consume\n`,
  );
}

/** @throws CommandError when there is a file already, or it can't be written */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new CommandError(`The file ${file} exists already, and stays as it is: name another file`);
    }
    throw new CommandError(`The file ${file} can't be written: ${messageOf(error)}`, undefined, {
      cause: error,
    });
  }
}
