/** How long a grant waits for its first key: 10 minutes, in microseconds. */
export const GRANT_LIFE = 10 * 60 * 1_000_000
