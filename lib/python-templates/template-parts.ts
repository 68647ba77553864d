/** The form of a format specification that `py.formatted()` knows: fill, width, precision, type. */
export const FORMAT_SPECIFICATION =
  /^(?:(.)?([<>^]))?(?!0\d*,)(0)?(\d+)?(,)?(?:\.(\d+)(?=[sf]))?([sdfxX])?$/su;

/** A part of a template of `str.format()`: a text, or a field. */
export type TemplatePart =
  | string
  | {
      /** The number or name of the argument; `''` for the next one. */
      readonly argument: string;
      /** The keys behind it, as in `{user[name]}`. */
      readonly keys: readonly (string | number)[];
      /** `r` for `repr()`, `s` for `str()`. */
      readonly conversion: string | undefined;
      readonly specification: string;
    };

const FIELD = /^([^!:.[\]{}]*)((?:\[[^\]]*\])*)(?:!([rs]))?(?::([^{}]*))?$/su;

/**
 * Reads a template of `str.format()`.
 *
 * @throws Error when the template is wrong, or has fields that are not known
 */
export function templateParts(template: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (const [whole, field] of template.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/gsu)) {
    if (whole === '{{' || whole === '}}') parts.push(whole[0]!);
    else if (field !== undefined) parts.push(fieldOf(field));
    else if (whole === '{' || whole === '}') {
      throw new Error(`Single '${whole}' encountered in format string`);
    } else parts.push(whole);
  }
  const places = parts.flatMap((part) => (typeof part === 'string' ? [] : part.argument));
  if (places.includes('') && places.some((place) => /^\d+$/.test(place))) {
    throw new Error('cannot switch between automatic and manual field numbering');
  }
  return parts;
}

function fieldOf(field: string): TemplatePart {
  const match = FIELD.exec(field);
  if (!match) throw new Error(`the field '${field}' is not known`);
  const [, argument = '', brackets = '', conversion, specification = ''] = match;
  const keys = [...brackets.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) =>
    /^\d+$/.test(key) ? Number(key) : key,
  );
  return { argument, keys, conversion, specification };
}
