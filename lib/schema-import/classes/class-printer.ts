import { Severity } from '../../message/index.js';
import { docComment, literalProperty, MAX_COLUMNS, quote } from '../printing/index.js';
import { bodyName } from '../types/index.js';
import type { ClassMembers } from './class-members.js';
import type { PlannedClass } from './package-plan.js';

const INDENT = '  ';
const ANY_BODY = 'Record<string, unknown>';

/** How a class is declared. */
export interface ClassDeclaration {
  readonly planned: PlannedClass;
  /** Whether other classes extend it. */
  readonly isExtended: boolean;
  readonly members: ClassMembers;
  /** The behaviour of the Python class that this class lacks. */
  readonly differences: readonly string[];
  /** The name of the package in messages' headers. */
  readonly package: string;
}

/** Whether a class takes the type of its body as a parameter: others extend it. */
export function isGeneric({
  planned,
  isExtended,
}: Pick<ClassDeclaration, 'planned' | 'isExtended'>): boolean {
  return isExtended || planned.schemaNames.length === 0;
}

/** The type of the body as messages of the class have it; undefined when nothing is known of it. */
export function bodyTypeOf({ python, name, schemaNames }: PlannedClass): string | undefined {
  return schemaNames.length > 0 && python.exported.bodySchema ? bodyName({ className: name }) : undefined;
}

/** Prints a class; with several schema names, a class for each. */
export function printClass(declaration: ClassDeclaration): string {
  const { planned, members, differences } = declaration;
  const { exported } = planned.python;
  const [first, ...others] = planned.schemaNames;
  const comment = [exported.doc ?? '', ...differences].filter((text) => text !== '').join('\n\n');
  const body = members.texts.length === 0 ? ' {}' : ` {\n${members.texts.join('\n\n')}\n}`;
  const texts = [
    [
      ...docComment(comment, ''),
      ...(first === undefined ? [] : [decorator(first, declaration)]),
      head(declaration, members.texts.length === 0) + body,
    ].join('\n'),
  ];
  for (const [index, schemaName] of others.entries()) texts.push(alias(schemaName, index + 2, declaration));
  return texts.join('\n\n');
}

/** A class of its own for a further schema name of a Python class. */
function alias(schemaName: string, number: number, declaration: ClassDeclaration): string {
  const { name } = declaration.planned;
  return [
    ...docComment(`${name} with the schema name ${schemaName}.`, ''),
    aliasDecorator(schemaName, declaration),
    `export class ${aliasName(name, number)} extends ${name} {}`,
  ].join('\n');
}

export function aliasName(name: string, number: number): string {
  return `${name}Name${number}`;
}

function decorator(schemaName: string, declaration: ClassDeclaration): string {
  const { planned, package: ofPackage } = declaration;
  const { topic, deprecated, bodySchema, headersSchema } = planned.python.exported;
  const severity = severityOption(planned);
  return printDecorator(schemaName, (indent) => [
    literalProperty('package', ofPackage, indent),
    ...(topic ? [literalProperty('topic', topic, indent)] : []),
    ...(severity === undefined ? [] : [`${indent}severity: ${severity},`]),
    ...(deprecated ? [literalProperty('deprecated', true, indent)] : []),
    ...(bodySchema ? [literalProperty('bodySchema', bodySchema, indent)] : []),
    ...(headersSchema ? [literalProperty('headersSchema', headersSchema, indent)] : []),
  ]);
}

/** The rest is inherited. */
function aliasDecorator(schemaName: string, { planned, package: ofPackage }: ClassDeclaration): string {
  return printDecorator(schemaName, (indent) => [
    literalProperty('package', ofPackage, indent),
    ...(planned.python.exported.deprecated ? [literalProperty('deprecated', true, indent)] : []),
  ]);
}

function printDecorator(schemaName: string, optionsAt: (indent: string) => string[]): string {
  const opening = `@MessageSchema(${quote(schemaName)}, {`;
  return opening.length <= MAX_COLUMNS
    ? [opening, ...optionsAt(INDENT), '})'].join('\n')
    : [
        '@MessageSchema(',
        `${INDENT}${quote(schemaName)},`,
        `${INDENT}{`,
        ...optionsAt(INDENT.repeat(2)),
        `${INDENT}},`,
        ')',
      ].join('\n');
}

/** The option `severity`; undefined where the class has this severity without it. */
export function severityOption({ python, parent, schemaNames }: PlannedClass): string | undefined {
  const { severity } = python.exported;
  const name = Object.entries(Severity).find(([, value]) => value === severity)?.[0];
  const inherited = parent?.schemaNames.length ? parent.python.exported.severity : Severity.INFO;
  return name === undefined || schemaNames.length === 0 || severity === inherited
    ? undefined
    : `Severity.${name}`;
}

function head(declaration: ClassDeclaration, isEmpty: boolean): string {
  const { planned } = declaration;
  const known = bodyTypeOf(planned);
  const kind = planned.schemaNames.length === 0 ? 'abstract class' : 'class';
  const parent = planned.parent?.name ?? 'Message';
  if (!isGeneric(declaration)) {
    return `export ${kind} ${planned.name} extends ${parent}${known === undefined ? '' : `<${known}>`}`;
  }
  const parameter = `Body extends object = ${known ?? ANY_BODY}`;
  const flat = `export ${kind} ${planned.name}<${parameter}> extends ${parent}<Body>`;
  if (flat.length + (isEmpty ? ' {}' : ' {').length <= MAX_COLUMNS) return flat;
  return `export ${kind} ${planned.name}<\n${INDENT}${parameter},\n> extends ${parent}<Body>`;
}
