export { docComment, lineComment } from './comment.js';
export { literal, literalProperty, MAX_COLUMNS, scalar } from './literal.js';
export { propertyName, quote } from './quote.js';
