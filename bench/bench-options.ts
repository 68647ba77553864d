import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Few messages and few rounds: within two minutes. */
  readonly isQuick: boolean;
  /** Measures how costs grow, instead of comparing. */
  readonly isScale: boolean;
  /** Measures the cost of the live page, instead of comparing. */
  readonly isPage: boolean;
  /** The file for every figure. */
  readonly json: string | undefined;
  /** The scenarios or curves, by their names or the beginnings of the names. Empty: all. */
  readonly scenarios: readonly string[];
  /** The contenders. Empty: all. */
  readonly contenders: readonly string[];
  /** How many times the contenders get new processes, and the number of measured rounds for each time. */
  readonly sittings: number;
  readonly rounds: number;
  /** The folder for CPU profiles of the contenders. */
  readonly profile: string | undefined;
}

export const USAGE = `npm run bench -- [options]
  --quick            few messages and rounds, within two minutes
  --json FILE        write every figure to a file
  --scenario NAME    only this scenario or curve, or those whose name begins so; may be repeated
  --contender NAME   only these contenders; may be repeated
  --sittings N       how many times new processes are started; default 3, or 1 with --quick
  --rounds N         measured rounds of each sitting; default 5, or 2 with --quick
  --profile FOLDER   write a CPU profile of every contender's process
  --scale            how cost grows with schemas, consumers, messages, processes and handlers
  --page             what the live page costs; takes --quick
  --help`;

/** @throws TypeError for an unknown option */
export function parseBenchOptions(args: string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      scale: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      json: { type: 'string' },
      scenario: { type: 'string', multiple: true, default: [] },
      contender: { type: 'string', multiple: true, default: [] },
      sittings: { type: 'string' },
      rounds: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    isQuick: values.quick,
    isScale: values.scale,
    isPage: values.page,
    json: values.json,
    scenarios: values.scenario,
    contenders: values.contender,
    sittings: atLeastOne('sittings', values.sittings ?? (values.quick ? '1' : '3')),
    rounds: atLeastOne('rounds', values.rounds ?? (values.quick ? '2' : '5')),
    profile: values.profile,
  };
}

function atLeastOne(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new TypeError(`--${option} needs a whole number of at least 1, not '${text}'`);
  }
  return number;
}

/** @throws TypeError when a name selects nothing */
export function chosen<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[],
): T[] {
  const unknown = names.find((name) => !all.some((each) => each.name.startsWith(name)));
  if (unknown !== undefined) {
    throw new TypeError(`There is no '${unknown}', only ${all.map(({ name }) => name).join(', ')}`);
  }
  if (names.length === 0) return [...all];
  const isMeant = ({ name }: T): boolean =>
    names.some((wanted) =>
      all.some((each) => each.name === wanted) ? name === wanted : name.startsWith(wanted),
    );
  return all.filter(isMeant);
}
