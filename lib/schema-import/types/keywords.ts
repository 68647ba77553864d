import { suggestion } from '../../config/index.js';
import { isSchema, type JsonSchema } from '../../json-schema/index.js';

/** The keywords of all drafts, with the annotations in common use. */
const KEYWORDS =
  `$anchor $comment $defs $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef $ref $schema $vocabulary
  additionalItems additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default
  definitions dependencies dependentRequired dependentSchemas deprecated description else enum example examples
  exclusiveMaximum exclusiveMinimum format id if items maxContains maxItems maxLength maxProperties maximum minContains
  minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems properties
  propertyNames readOnly required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly`.split(
    /\s+/,
  );

/** Gets a warning about a place of a schema. */
export type Warn = (place: string, message: string) => void;

/** The mistakes in the keywords of a schema. A validator ignores unknown keywords. */
export function keywordMistakes(schema: JsonSchema): string[] {
  const unknown = Object.keys(schema).filter(
    (keyword) => !KEYWORDS.includes(keyword) && !keyword.startsWith('x-'),
  );
  if (unknown.length > 0 && Object.values(schema).every(isSchema)) {
    const names = unknown.map((keyword) => `'${keyword}'`).join(', ');
    return [`not a keyword of JSON Schema, but perhaps a name for 'properties': ${names}; ignored`];
  }
  return unknown.map(
    (keyword) => `'${keyword}' is not a keyword of JSON Schema${suggestion(keyword, KEYWORDS)}; ignored`,
  );
}
