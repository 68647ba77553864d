import { DiagnosticSeverity, Parser } from '@asyncapi/parser';

const parser = new Parser();

/** What AsyncAPI's own parser finds wrong with the text of a document; hints are left out. */
export async function asyncApiProblems(text: string): Promise<string[]> {
  const { document, diagnostics } = await parser.parse(text);
  const problems = diagnostics
    .filter(({ severity }) => Number(severity) <= Number(DiagnosticSeverity.Warning))
    .map(({ code, path, message }) => `${code} ${path.join('/')}: ${message}`);
  return document ? problems : [...problems, 'the document is not valid'];
}
