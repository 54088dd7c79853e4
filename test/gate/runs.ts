type Environment = Readonly<Record<string, string | undefined>>

const FACTOR = 'CUSTODY_RUNS_FACTOR'

/**
 * How many runs a property makes: its everyday number, times the factor of a nightly run.
 * The factor is a positive number in `CUSTODY_RUNS_FACTOR`; 1 when it is not set. At least one run is made.
 *
 * @example
 * fc.assert(property, { numRuns: runs(200) })
 */
export const runs = (everyday: number, environment: Environment = process.env): number => {
  const configured = environment[FACTOR]
  const factor = configured === undefined || configured === '' ? 1 : Number(configured)
  if (!Number.isFinite(factor) || factor <= 0) throw new Error(`${FACTOR} must be a positive number`)
  return Math.max(1, Math.round(everyday * factor))
}
