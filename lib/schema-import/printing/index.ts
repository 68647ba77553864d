export { docComment, lineComment } from './comment.js';
export { literal, literalProperty, MAX_COLUMNS } from './literal.js';
export { propertyName, quote } from './quote.js';
