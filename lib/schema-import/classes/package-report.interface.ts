/** What was generated for a package, and what was not. */
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
  /** What Python classes do, and the generated ones do not. */
  readonly differences: readonly { readonly class: string; readonly message: string }[];
  /** What in the schemas is probably not meant. */
  readonly warnings: readonly { readonly class: string; readonly place: string; readonly message: string }[];
}
