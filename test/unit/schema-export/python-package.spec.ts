import { IsOptional, IsString } from 'class-validator';
import { Message, MessageSchema, Severity } from 'nestjs-fedora-messaging';
import { describe, expect, it } from 'vitest';
import { describeClass, pythonPackage } from '../../../lib/schema-export/index.js';

const DESCRIPTION = { name: 'notifier-messages', version: '1.2.0', description: 'Messages', license: 'MIT' };

abstract class NotifierMessage extends Message {
  override get agentName(): string {
    return 'alice';
  }
}

@MessageSchema('notifier.sent.v1', {
  package: 'notifier-messages',
  topic: 'notifier.sent',
  severity: Severity.WARNING,
  deprecated: true,
  bodySchema: {
    type: 'object',
    properties: {
      title: { type: 'string', description: 'A "title"\u202e, é' },
      urgent: { const: true, default: null },
    },
    required: ['title'],
  },
  headersSchema: { type: 'object', required: ['x-origin'] },
})
class SentV1 extends NotifierMessage {
  override toString(): string {
    return 'sent';
  }
}

@MessageSchema('notifier.plain', {})
class PlainHTTPMessage extends Message {}

@MessageSchema('notifier.computed')
class ComputedMessage extends Message {
  override get bodySchema(): { type: string } {
    return { type: this.topic };
  }
}

class NoteBody {
  @IsString()
  text!: string;

  @IsOptional()
  @IsString()
  author?: string;
}

@MessageSchema('notifier.note', { body: NoteBody })
class NoteMessage extends Message<NoteBody> {}

function filesOf(...classes: Parameters<typeof describeClass>[0][]): Map<string, string> {
  return pythonPackage(DESCRIPTION, classes.map(describeClass));
}

function named(schemaName: string, className: string): Parameters<typeof pythonPackage>[1][number] {
  return { ...describeClass(PlainHTTPMessage), schemaName, className };
}

describe('the Python package of message classes', () => {
  it('has a module for each class, with its topic, severity, schemas, and a stub for each overridden accessor', () => {
    expect(filesOf(SentV1).get('notifier_messages/sent_v1.py')).toBe(`from fedora_messaging import message


class SentV1(message.Message):
    """Messages of the schema notifier.sent.v1."""

    topic = "notifier.sent"
    severity = message.WARNING
    deprecated = True

    body_schema = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "A \\"title\\"\\u202e, é"},
            "urgent": {"const": True, "default": None},
        },
        "required": ["title"],
    }

    headers_schema = {"type": "object", "required": ["x-origin"]}

    @property
    def agent_name(self):
        # The TypeScript class has its own answer. This is the answer of the base class.
        return super().agent_name

    def __str__(self):
        # The TypeScript class has its own answer. This is the answer of the base class.
        return super().__str__()
`);
  });

  it('is refused for a class whose constructor throws, with the class and the reason', () => {
    @MessageSchema('notifier.broken', { bodySchema: { type: 'object' } })
    class BrokenMessage extends Message {
      constructor() {
        super();
        throw new Error('no name');
      }
    }
    expect(() => describeClass(BrokenMessage)).toThrow(
      /^The schema of the message class BrokenMessage can't be exported: .*no name$/,
    );
  });

  it('leaves out what the class leaves to the base class', () => {
    expect(filesOf(PlainHTTPMessage).get('notifier_messages/plain_http_message.py'))
      .toBe(`from fedora_messaging import message


class PlainHTTPMessage(message.Message):
    """Messages of the schema notifier.plain."""

    severity = message.INFO
`);
  });

  it('has the JSON Schema of a class-validator class', () => {
    const text = filesOf(NoteMessage).get('notifier_messages/note_message.py');
    expect(text).toContain('"properties": {"text": {"type": "string"}, "author": {"type": "string"}}');
  });

  it('accepts every body where the TypeScript class chooses the schema for each message, and says so', () => {
    const text = filesOf(ComputedMessage).get('notifier_messages/computed_message.py');
    expect(text).not.toContain('body_schema =');
    expect(text).toContain('# The TypeScript class chooses body_schema for each message.');
  });

  it('names the classes as entry points, and describes the package, in pyproject.toml', () => {
    expect(filesOf(SentV1, PlainHTTPMessage).get('pyproject.toml')).toBe(`[build-system]
requires = [ "setuptools>=61" ]
build-backend = "setuptools.build_meta"

[project]
name = "notifier-messages"
version = "1.2.0"
description = "Messages"
requires-python = ">=3.9"
dependencies = [ "fedora-messaging" ]

[project.license]
text = "MIT"

[project.entry-points."fedora.messages"]
"notifier.plain" = "notifier_messages.plain_http_message:PlainHTTPMessage"
"notifier.sent.v1" = "notifier_messages.sent_v1:SentV1"

[tool.setuptools]
packages = [ "notifier_messages" ]
`);
  });

  it('is the same in whatever order the classes come', () => {
    expect([...filesOf(SentV1, NoteMessage)]).toEqual([...filesOf(NoteMessage, SentV1)]);
  });

  it.each([
    ['@acme/notifier', '1.2.0-beta.3', 'acme-notifier', 'acme_notifier', '1.2.0b3'],
    ['import', '1.2.0-next.3', 'import', 'import_', '1.2.0.dev3'],
    ['7-zip', '2.0.0+build', '7-zip', '_7_zip', '2.0.0'],
    ['a', 'latest', 'a', 'a', '0.0.0'],
  ])('has a name and a version that Python accepts: %s %s', (name, version, ofProject, module, inPython) => {
    const files = pythonPackage({ name, version }, [describeClass(PlainHTTPMessage)]);
    expect(files.get('pyproject.toml')).toContain(`name = "${ofProject}"\nversion = "${inPython}"\n`);
    expect([...files.keys()]).toContain(`${module}/__init__.py`);
  });

  it('names classes that share a name by their schemas, and a class of a reserved word with an underscore', () => {
    const files = pythonPackage(DESCRIPTION, [
      named('a.sent.v1', 'Sent'),
      named('a.sent.v2', 'Sent'),
      named('b', 'None'),
      named('c', '$Odd'),
    ]);
    expect(files.get('notifier_messages/__init__.py')).toBe(
      [
        'from notifier_messages.a_sent_v1 import ASentV1',
        'from notifier_messages.a_sent_v2 import ASentV2',
        'from notifier_messages.none import None_',
        'from notifier_messages.odd import Odd',
        '',
        '__all__ = [',
        '    "ASentV1",',
        '    "ASentV2",',
        '    "None_",',
        '    "Odd",',
        ']',
        '',
      ].join('\n'),
    );
  });

  it('is refused when two classes would have one name, with both schemas', () => {
    expect(() => pythonPackage(DESCRIPTION, [named('a.b', 'Sent'), named('a-b', 'Sent')])).toThrow(
      "The classes of the schemas 'a-b' and 'a.b' would both be AB in Python: rename one of the message classes",
    );
  });

  it.each(['a=b', '[a', '#a', ' a', 'a\nb', ''])('is refused for the schema name %j', (name) => {
    expect(() => pythonPackage(DESCRIPTION, [named(name, 'Sent')])).toThrow(
      `The schema name ${JSON.stringify(name)} can't be the name of an entry point in Python`,
    );
  });
});
