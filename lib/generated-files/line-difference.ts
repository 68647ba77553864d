/** How many equal lines are shown around a difference. */
const CONTEXT_LINES = 2;
/** The most lines that are compared one by one: their number is squared. */
const MAX_COMPARED_LINES = 5000;

/** The lines in which two texts differ: those of the first with `-`, those of the second with `+`. */
export function lineDifference(before: string, after: string): string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end++;
  }
  const middle = compare(old.slice(start, old.length - end), now.slice(start, now.length - end));
  const equal = (lines: readonly string[]): string[] => lines.map((line) => ` ${line}`);
  return shortened([
    ...equal(old.slice(0, start)),
    ...middle,
    ...equal(old.slice(old.length - end, old.length)),
  ]);
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** By the longest common subsequence. */
function compare(old: readonly string[], now: readonly string[]): string[] {
  const all = [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  if (old.length === 0 || now.length === 0 || all.length > MAX_COMPARED_LINES) return all;
  const common = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i]![j] =
        old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(` ${old[i]}`);
      i++;
      j++;
    } else if (j === now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push(`-${old[i++]}`);
    } else lines.push(`+${now[j++]}`);
  }
  return lines;
}

/** Leaves out equal lines that are far from a difference. */
function shortened(lines: readonly string[]): string[] {
  const isNear = lines.map((_, index) =>
    lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some((line) => !line.startsWith(' ')),
  );
  if (!isNear.includes(true)) return [];
  return lines.flatMap((line, index) => {
    if (isNear[index]) return [line];
    return index === 0 || isNear[index - 1] ? ['...'] : [];
  });
}
