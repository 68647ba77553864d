import { severityName } from '../message/index.js';
import { pythonLiteral } from './python-literal.js';
import type { ClassDescription } from './class-description.interface.js';

const COMPUTED_TEXT = {
  bodySchema: ['body_schema', 'body'],
  headersSchema: ['headers_schema', 'headers'],
} as const;

/** The module of one message class. */
export function moduleText(described: ClassDescription, className: string): string {
  return [
    'from fedora_messaging import message\n\n\n',
    `class ${className}(message.Message):\n`,
    `    """${docText(described.schemaName)}"""\n`,
    ...attributeTexts(described).map((text) => `\n${text}`),
    ...described.accessors.map((name) => `\n${stubText(name)}`),
  ].join('');
}

function attributeTexts(described: ClassDescription): string[] {
  const { topic, severity, deprecated, bodySchema, headersSchema, computed } = described;
  const simple = [
    topic === '' ? '' : assignment('topic', pythonLiteral(topic)),
    assignment('severity', `message.${severityName(severity)}`),
    deprecated ? assignment('deprecated', 'True') : '',
  ].join('');
  return [
    simple,
    ...computed.map((name) => {
      const [attribute, part] = COMPUTED_TEXT[name];
      return `    # The TypeScript class chooses ${attribute} for each message. This class accepts every ${part}.\n`;
    }),
    ...(bodySchema ? [schemaText('body_schema', bodySchema)] : []),
    ...(headersSchema ? [schemaText('headers_schema', headersSchema)] : []),
  ];
}

function schemaText(name: string, schema: unknown): string {
  return assignment(name, pythonLiteral(schema, '    ', `    ${name} = `.length));
}

function assignment(name: string, value: string): string {
  return `    ${name} = ${value}\n`;
}

function stubText(name: string): string {
  const [decorator, value] =
    name === '__str__' ? ['', 'super().__str__()'] : ['    @property\n', `super().${name}`];
  return (
    `${decorator}    def ${name}(self):\n` +
    `        # The TypeScript class has its own answer. This is the answer of the base class.\n` +
    `        return ${value}\n`
  );
}

/** A text within a docstring. */
function docText(schemaName: string): string {
  return `Messages of the schema ${schemaName}.`.replace(/[\\"]/g, '\\$&');
}
