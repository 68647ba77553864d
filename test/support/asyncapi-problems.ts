import { DiagnosticSeverity, Parser } from '@asyncapi/parser';

const parser = new Parser();

/** The errors that AsyncAPI's own parser finds in the text of a document, without its hints. */
export async function asyncApiProblems(text: string): Promise<string[]> {
  const { document, diagnostics } = await parser.parse(text);
  const problems = diagnostics
    .filter(({ severity }) => Number(severity) <= Number(DiagnosticSeverity.Warning))
    .map(({ code, path, message }) => `${code} ${path.join('/')}: ${message}`);
  return document ? problems : [...problems, 'the document is not valid'];
}
