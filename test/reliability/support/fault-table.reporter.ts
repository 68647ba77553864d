import type { Reporter, TestCase } from 'vitest/node';
import type { FaultRow } from './fault-row.js';

const COLUMNS = ['published', 'confirmed', 'failed', 'received', 'duplicates', 'lost', 'recovery'] as const;

/** Prints a table at the end: one row per fault. */
export default class FaultTableReporter implements Reporter {
  private readonly rows: FaultRow[] = [];

  onTestCaseResult(testCase: TestCase): void {
    const { faultRow } = testCase.meta();
    if (faultRow) this.rows.push(faultRow);
  }

  onTestRunEnd(): void {
    const lines = [['fault', ...COLUMNS], ...this.rows.map(cells)];
    const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
    console.log('');
    for (const line of lines) {
      const padded = line.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      );
      console.log(padded.join('  '));
    }
    const lost = this.rows.reduce((sum, row) => sum + row.lost, 0);
    console.log(`\n${this.rows.length} faults, ${lost} confirmed messages lost\n`);
  }
}

function cells(row: FaultRow): string[] {
  return [
    row.fault,
    ...COLUMNS.map((column) =>
      column === 'recovery'
        ? row.recovery === undefined
          ? '-'
          : `${row.recovery.toFixed(1)} s`
        : String(row[column]),
    ),
  ];
}
