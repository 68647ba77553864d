/** The generated and the missing parts of a package. */
export interface PackageReport {
  readonly name: string;
  readonly version: string | null;
  readonly license: string | null;
  /** How many classes there are, with those that only others extend. */
  readonly classes: number;
  /** How many schema names they have. */
  readonly schemas: number;
  /** How many types of bodies, and of parts of these, are declared. */
  readonly types: number;
  /** How many members of Python classes are translated. */
  readonly translated: number;
  readonly untranslated: readonly { readonly member: string; readonly reason: string }[];
  /** The behaviour of Python classes that the generated classes lack. */
  readonly differences: readonly { readonly class: string; readonly message: string }[];
  /** The probable mistakes in the schemas. */
  readonly warnings: readonly { readonly class: string; readonly place: string; readonly message: string }[];
}
