export { FORMAT_SPECIFICATION, type TemplatePart, templateParts } from './template-parts.js';
