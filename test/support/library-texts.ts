import ts from 'typescript';
import { librarySources } from './library-sources.js';

/** A text that lib/ throws, or logs as a warning or error. `…` stands for its variable parts. */
export interface LibraryText {
  readonly file: string;
  readonly text: string;
  readonly isLogged: boolean;
}

/** A place in lib/ that throws or logs a text that is not written there. */
export interface UnwrittenText {
  readonly file: string;
  readonly code: string;
}

/** Functions of lib/ that make an error, or a part of its text, from a text that is given to them. */
const MAKERS = new Set([
  'invalid',
  'warnOnce',
  'wrong',
  'error',
  'failed',
  'foreignTo',
  'refused',
  'readable',
]);
/** Files that write texts for errors and log lines of other files. */
const TEXTS_OF_OTHERS = new Set(['package/package-copies.ts']);
const LEVELS = new Set(['warn', 'error', 'fatal']);
const BUILT_IN = ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'AggregateError'];
/** A text that is thrown or logged has at least two words; anything shorter is a name or a mark. */
const TWO_WORDS = /\p{L}+\W+\p{L}+/u;
/** Elsewhere in a file, a text has at least three words. */
const THREE_WORDS = /\S+ \S+ \S+/;

const files = [...librarySources].map(([file, text]) => ({
  file,
  root: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true),
}));
const errorClasses = errorClassesOf(files.map(({ root }) => root));

/**
 * All texts of lib/ that are thrown, or logged as a warning or error. If a place throws or logs a text that is not
 * written there, all texts of its file count.
 */
export const libraryTexts: readonly LibraryText[] = files.flatMap(({ file, root }) => {
  const sites = sitesOf(root);
  const logged = new Set(sites.filter(isLogCall).flatMap((site) => textsIn(argumentsOf(site))));
  const written = sites.flatMap((site) => textsIn(argumentsOf(site)));
  const others = sites.some(isUnwritten) || TEXTS_OF_OTHERS.has(file) ? sentencesOf(root) : [];
  return [...new Set([...written, ...others])].map((text) => ({ file, text, isLogged: logged.has(text) }));
});

/** The places that throw or log a text that is not written in their file. */
export const unwrittenTexts: readonly UnwrittenText[] = files.flatMap(({ file, root }) =>
  sentencesOf(root).length > 0
    ? []
    : sitesOf(root)
        .filter(isUnwritten)
        .map((site) => ({ file, code: site.getText().replace(/\s+/g, ' ') })),
);

/** A place where an error or a part of its text is made, or where a warning or error is logged. */
type Site = ts.NewExpression | ts.CallExpression | ts.BinaryExpression;

function sitesOf(root: ts.SourceFile): Site[] {
  return descendantsOf(root).filter(isSite);
}

function isSite(node: ts.Node): node is Site {
  if (ts.isNewExpression(node)) return errorClasses.has(node.expression.getText());
  if (isOwnText(node)) return true;
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  return isLog(expression) || MAKERS.has(nameOf(expression));
}

function isLogCall(site: Site): boolean {
  return ts.isCallExpression(site) && isLog(site.expression);
}

/** Whether an error class gives its instances a text: `super(text)`, `this.message = text`. */
function isOwnText(node: ts.Node): node is ts.CallExpression | ts.BinaryExpression {
  const isText =
    (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) ||
    (ts.isBinaryExpression(node) && node.left.getText() === 'this.message');
  return isText && errorClasses.has(ts.findAncestor(node, ts.isClassLike)?.name?.text ?? '');
}

/** Whether a function is a method of a logger: `logger.warn`, `this.logger[level]`, `new LibraryLogger(bus).error`. */
function isLog(called: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(called) && !ts.isElementAccessExpression(called)) return false;
  const isOfLevel = ts.isElementAccessExpression(called) || LEVELS.has(called.name.text);
  return isOfLevel && /logger(?:\([^()]*\))?$/i.test(called.expression.getText());
}

/** Whether the text comes from elsewhere: neither from the arguments nor from the class of the error. */
function isUnwritten(site: Site): boolean {
  if (textsIn(argumentsOf(site)).length > 0) return false;
  if (ts.isNewExpression(site)) return !errorClasses.get(site.expression.getText())!.hasOwnText;
  return isLogCall(site);
}

function argumentsOf(site: Site): readonly ts.Expression[] {
  return ts.isBinaryExpression(site) ? [site.right] : (site.arguments ?? []);
}

function nameOf(called: ts.Expression): string {
  if (ts.isPropertyAccessExpression(called)) return called.name.text;
  return ts.isIdentifier(called) ? called.text : '';
}

function descendantsOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (child: ts.Node): void => {
    found.push(child);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}

/** The texts that are written in code, each whole. */
function textsIn(nodes: readonly ts.Node[]): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const written = ts.isExpression(node) ? writtenText(node) : undefined;
    if (written !== undefined && TWO_WORDS.test(written)) texts.push(written);
    else ts.forEachChild(node, visit);
  };
  nodes.forEach(visit);
  return texts;
}

/** The text of a literal, a template or a sum of them; undefined for other expressions. */
function writtenText(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [writtenText(node.left), writtenText(node.right)];
    return left === undefined && right === undefined ? undefined : `${left ?? '…'}${right ?? '…'}`;
  }
  return undefined;
}

/** All texts of a file. */
function sentencesOf(root: ts.SourceFile): string[] {
  return textsIn([root]).filter((text) => THREE_WORDS.test(text));
}

interface ErrorClass {
  /** Whether the class itself gives its instances a text. */
  readonly hasOwnText: boolean;
}

/** The classes of lib/ that extend Error, and the errors of the language. */
function errorClassesOf(roots: readonly ts.SourceFile[]): ReadonlyMap<string, ErrorClass> {
  const found = new Map<string, ErrorClass>(BUILT_IN.map((name) => [name, { hasOwnText: false }]));
  const classes = roots.flatMap(descendantsOf).filter(ts.isClassLike);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const declared of classes) {
      const name = declared.name?.text;
      const parent = declared.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
        ?.types[0];
      if (name === undefined || parent === undefined || !found.has(parent.expression.getText())) continue;
      const hasOwnText = declared.members.some(
        (member) => ts.isConstructorDeclaration(member) && textsIn([member]).length > 0,
      );
      found.set(name, { hasOwnText });
    }
  }
  return found;
}
