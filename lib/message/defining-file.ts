/** The most calls between a decorator and the module that is being evaluated. */
const MAX_CALLS = 50;

/**
 * The file of the module that calls a decorator while the module is evaluated. A function that wraps the decorator may
 * be in another file, which does not count. Module runners and hot reload append `?t=…` or `#…` to the name of a file
 * that they load again; the result is without such an ending. Undefined when there is no file, as in a REPL.
 *
 * @param decorator the decorator; calls within it do not count
 */
export function definingFile(decorator: (...args: never[]) => unknown): string | undefined {
  const calls = callsBefore(decorator).filter((call) => isFile(call.getFileName()));
  // The code of a module is a function without a name, and so is the function of a test.
  const module = calls.find((call) => !call.getFunctionName()) ?? calls[0];
  return module
    ?.getFileName()
    ?.replace(/[?#][^/]*$/, '')
    .replace(/^file:\/\//, '');
}

/** The calls, as V8 records them. The text of a stack is unreliable: it depends on source maps and on a formatter. */
function callsBefore(decorator: (...args: never[]) => unknown): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const trace: { stack?: readonly NodeJS.CallSite[] } = {};
  try {
    Error.stackTraceLimit = MAX_CALLS;
    Error.prepareStackTrace = (_, calls) => calls;
    Error.captureStackTrace(trace, decorator);
    return trace.stack ?? [];
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function isFile(name: string | null | undefined): name is string {
  return typeof name === 'string' && /^(?:file:|\/|[a-z]:[\\/])/i.test(name);
}
