import { Drop } from '../../exceptions/index.js';

/** A Drop that its origin has logged already. */
export class LoggedDrop extends Drop {}
