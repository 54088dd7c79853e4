type Environment = Readonly<Record<string, string | undefined>>

/**
 * How often a test kills: its everyday number, or that of a nightly run in `CUSTODY_KILLS`.
 *
 * @example
 * for (let kill = 0; kill < kills(20); kill += 1) …
 */
export const kills = (everyday: number, environment: Environment = process.env): number => {
  const configured = environment['CUSTODY_KILLS']
  const number = configured === undefined || configured === '' ? everyday : Number(configured)
  if (!Number.isSafeInteger(number) || number <= 0) throw new Error('CUSTODY_KILLS must be a positive whole number')
  return number
}
