import { JsonSchemaValidator } from '../../json-schema/index.js';
import type { ExportedSchemas } from './exported-schemas.interface.js';
import { EXPORTED_SCHEMAS_SCHEMA } from './exported-schemas.schema.js';

/**
 * Parses the text of an exported document.
 *
 * @throws SyntaxError when it is not JSON
 * @throws TypeError when it is JSON of another form
 */
export function parseExported(text: string): ExportedSchemas {
  const document = JSON.parse(text) as ExportedSchemas;
  const [failure] = JsonSchemaValidator.of(EXPORTED_SCHEMAS_SCHEMA).failures(document, '', false, true);
  if (failure === undefined) return document;
  throw new TypeError(
    `not what \`fedora-messaging schemas export\` prints: ${failure.path || 'the document'} ${failure.message}`,
  );
}
