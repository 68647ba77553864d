export { consume, type ConsumingScript, type ScriptOptions } from './consume.js';
export { withEndlessAttempts } from './endless-attempts.js';
export { publish } from './publish.js';
export { whenStopped } from './when-stopped.js';
