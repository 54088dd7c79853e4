/** The computers that one license is counted for, by their names at this authority. */
export type Computers = ReadonlySet<string>

/** One restore of one license. */
export interface RestoreOfOne {
  /** The computer that the backup comes from. */
  readonly source: string
  readonly target: string
  /** How many computers beside the first one are allowed. */
  readonly limit: number
}

/** What becomes of it: the computers that are counted from here on, or nothing at the limit. */
export type Counting = { readonly type: 'Allowed'; readonly added: ReadonlyArray<string> } | { readonly type: 'LimitReached' }

/** A license that was never restored. */
export const initial: Computers = new Set()

/**
 * Counts computers, not restores (BR-27, BR-28): a computer that is counted already may restore again, another one as long as
 * there is a place for it and for the source. A refused restore counts nothing (BR-32).
 *
 * @source docs/reference/protocols.md, section 4.4
 */
export const decide = (computers: Computers, { source, target, limit }: RestoreOfOne): Counting => {
  if (computers.has(target)) return { type: 'Allowed', added: [] }
  const added = [...new Set([source, target])].filter((computer) => !computers.has(computer))
  return computers.size + added.length <= limit + 1 ? { type: 'Allowed', added } : { type: 'LimitReached' }
}

/** The computers after some more are counted. */
export const evolve = (computers: Computers, added: ReadonlyArray<string>): Computers =>
  added.length === 0 ? computers : new Set([...computers, ...added])

/** The restore counter: computers beside the first one. */
export const restoreCounter = ({ size }: Computers): number => Math.max(0, size - 1)
