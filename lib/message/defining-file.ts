/** So many calls may stand between a decorator and the module that is being evaluated. */
const MAX_CALLS = 50;

/**
 * The file that is being evaluated while a decorator is called: that of the module, not that of a function
 * which wraps the decorator. A file that is loaded again keeps its name: what module runners and hot reload
 * append to it (`?t=…`, `#…`) is left out. Undefined where there is no file, as in a REPL.
 *
 * @param decorator calls within it are left out
 */
export function definingFile(decorator: (...args: never[]) => unknown): string | undefined {
  const calls = callsBefore(decorator).filter((call) => isFile(call.getFileName()));
  // The code of a module is a function without a name, and so is what a test is written in.
  const module = calls.find((call) => !call.getFunctionName()) ?? calls[0];
  return module
    ?.getFileName()
    ?.replace(/[?#][^/]*$/, '')
    .replace(/^file:\/\//, '');
}

/** What V8 knows of the calls: the text of a stack depends on source maps, and on who formats it. */
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
