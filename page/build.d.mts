/** Builds the files of the live page into a folder. */
export function buildPage(folder: string): Promise<void>;
