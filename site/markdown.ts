/** A document in two kinds of parts, in order: fenced code, and the text between. */
interface Part {
  readonly isCode: boolean;
  readonly text: string;
}

const FENCED = /^( *)(`{3,})[^`]*\n[^]*?^ *\2$/gm;
const CODE_SPAN = /(`+)[^`](?:[^]*?[^`])?\1(?!`)/g;
const LINK = /(!?\[(?:[^[\]]|\[[^\]]*\])*\]\()([^()\s]+)(\))/g;
const HEADING = /^#{1,6} (.*)$/gm;

/** Changes the text of a document, and leaves its fenced code as it is. */
export function changeText(document: string, change: (text: string) => string): string {
  return partsOf(document)
    .map(({ isCode, text }) => (isCode ? text : change(text)))
    .join('');
}

/** Leaves out comments: they are for the tests of the documents, and for writers. */
export function withoutComments(document: string): string {
  return changeText(document, (text) => text.replace(/<!--[^]*?-->\n*/g, ''));
}

/** Leaves out fenced code. */
export function withoutCode(document: string): string {
  return partsOf(document)
    .map(({ isCode, text }) => (isCode ? '\n' : text))
    .join('');
}

/** Changes the targets of the links and images of a document. */
export function changeLinks(document: string, change: (target: string) => string): string {
  return changeText(document, (text) => {
    const spans = [...text.matchAll(CODE_SPAN)].map(
      ({ index, 0: span }) => [index, index + span.length] as const,
    );
    return text.replace(
      LINK,
      (link: string, before: string, target: string, after: string, offset: number) => {
        const isCode = spans.some(([start, end]) => start < offset && offset < end);
        return isCode ? link : before + change(target) + after;
      },
    );
  });
}

/** The anchors of a document's headings, as the forge makes them. */
export function anchorsOf(document: string): Set<string> {
  const anchors = new Set<string>();
  changeText(document, (text) => {
    for (const [, heading] of text.matchAll(HEADING)) {
      const anchor = anchorOf(plainText(heading!));
      let unique = anchor;
      for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
      anchors.add(unique);
    }
    return text;
  });
  return anchors;
}

/** The anchor of a heading without markup: the same on the forge and on the site. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}

/** The title of a document: its first heading. */
export function titleOf(document: string): string | undefined {
  const [, title] = /^# (.*)$/m.exec(withoutComments(document)) ?? [];
  return title && plainText(title);
}

/** A line of Markdown without its markup. */
export function plainText(line: string): string {
  return line
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\\(?=[^\w\s])/g, '')
    .replace(/[`*]/g, '')
    .trim();
}

function partsOf(document: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { index, 0: code } of document.matchAll(FENCED)) {
    parts.push({ isCode: false, text: document.slice(end, index) }, { isCode: true, text: code });
    end = index + code.length;
  }
  return [...parts, { isCode: false, text: document.slice(end) }];
}
