const ROLES = ['web', 'worker', 'both'] as const;

/** The work of a process: answering HTTP requests, consuming, or both. */
export type Role = (typeof ROLES)[number];

/** The role that the environment names. Default: both. */
export function roleOf({ ROLE = 'both', AMQP_URL }: NodeJS.ProcessEnv): Role {
  const role = ROLES.find((known) => known === ROLE);
  if (!role) throw new Error(`ROLE must be one of ${ROLES.join(', ')}, but is '${ROLE}'`);
  if (role !== 'both' && !AMQP_URL) {
    throw new Error(`ROLE=${role} needs an AMQP_URL: the embedded broker is inside one process`);
  }
  return role;
}
