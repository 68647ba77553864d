/**
 * A JSON Schema, as an object. `$schema` chooses the draft: 04, 06, 07, 2019-09 or 2020-12. Default: 2020-12. Formats
 * are not asserted, and unknown keywords are allowed. Patterns follow Python's `re`, because Python programs validate
 * the same messages with it.
 *
 * @publicApi
 */
export type JsonSchema = { readonly [keyword: string]: unknown };
