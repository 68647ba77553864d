import { Parser } from '@asyncapi/parser';

// Errors are 0.
const WARNING = 1;
const parser = new Parser();

/** What AsyncAPI's own parser finds wrong with the text of a document; hints are left out. */
export async function asyncApiProblems(text: string): Promise<string[]> {
  const { document, diagnostics } = await parser.parse(text);
  const problems = diagnostics
    .filter(({ severity }) => severity <= WARNING)
    .map(({ code, path, message }) => `${code} ${path.join('/')}: ${message}`);
  return document ? problems : [...problems, 'the document is not valid'];
}
