import { Drop } from '../../exceptions/index.js';

/** A Drop that is in the log already, where it came from. */
export class LoggedDrop extends Drop {}
