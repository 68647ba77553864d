/**
 * A JSON Schema, as an object. The draft is chosen by `$schema`; without one it is 2020-12. Drafts 04, 06,
 * 07, 2019-09 and 2020-12 are known. Formats are not asserted, unknown keywords are allowed, and
 * patterns mean what Python's `re` makes of them: the programs on the other end validate with it.
 *
 * @publicApi
 */
export type JsonSchema = { readonly [keyword: string]: unknown };
