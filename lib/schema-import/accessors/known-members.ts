import { ANY, listOf, MAYBE_STR, NUMBER, type PythonType, STR } from '../python-code/index.js';

const STRINGS = listOf(STR);

/** The accessors of messages that classes override, with the types that Message gives them. */
export const KNOWN_ACCESSORS: Readonly<Record<string, PythonType>> = {
  __str__: STR,
  agent_avatar: MAYBE_STR,
  agent_name: MAYBE_STR,
  app_icon: MAYBE_STR,
  app_name: MAYBE_STR,
  containers: STRINGS,
  flatpaks: STRINGS,
  groups: STRINGS,
  modules: STRINGS,
  packages: STRINGS,
  summary: STR,
  url: MAYBE_STR,
  usernames: STRINGS,
};

/** The members that every message has and no class overrides. */
export const FIXED_MEMBERS: Readonly<Record<string, PythonType>> = {
  body: ANY,
  id: MAYBE_STR,
  priority: NUMBER,
  queue: MAYBE_STR,
  severity: NUMBER,
  topic: STR,
};
