/** The laws of pipelines. @source docs/reference/architecture.md §4, "Operators and laws" */
export type LawName = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7'

/** What each law promises, in a line. */
export const PROMISES: Readonly<Record<LawName, string>> = {
  P1: 'nothing that a scheme protects appears clear',
  P2: 'the samples come out the same, in order, with their key flags and times',
  P3: 'one restriction more never permits more',
  P4: 'samples, their order and their bytes are kept',
  P5: 'no counter block is used twice under a key',
  P6: 'a fault ends in a refusal or in an incomplete output, never in clear or wrongly keyed samples',
  P7: 'leases stay within the pool, and all come back wiped',
}

/** A law did not hold. The message names it and says how to have the counterexample again. */
export class LawBroken extends Error {
  /**
   * @param law which.
   * @param why what was seen instead.
   * @param counterexample the case in words.
   */
  constructor(
    readonly law: LawName,
    readonly why: string,
    readonly counterexample: string
  ) {
    super(`${law} (${PROMISES[law]}) does not hold: ${why}\n  in ${counterexample}`)
    this.name = 'LawBroken'
  }
}
