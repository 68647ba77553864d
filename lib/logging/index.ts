export { LibraryLogger } from './library-logger.js';
