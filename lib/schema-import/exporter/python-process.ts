import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the exporter, which Python runs. It is as far from lib/ as from dist/. */
const EXPORTER = fileURLToPath(new URL('../../../python/export_schemas', import.meta.url));

/** How a run of Python ended. */
export interface PythonExit {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/**
 * Runs the exporter on a source.
 *
 * @param python the command of Python, such as `python3`
 * @param input what its standard input has; undefined for nothing
 * @throws an error of Node when the command can't be started
 */
export function runExporter(python: string, args: readonly string[], input?: string): Promise<PythonExit> {
  return new Promise((resolve, reject) => {
    // With -B, Python leaves no bytecode behind, neither in its own packages nor in ours.
    const child = spawn(python, ['-B', EXPORTER, ...args], { stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code }));
    // Python may end before it has read its input: its exit tells what was wrong.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
