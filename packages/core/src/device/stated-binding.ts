import * as O from 'fp-ts/Option'

import { decodeB64u } from '../encoding/b64u'
import type { SealHeader } from '../secret/jwe-header'
import { PASSPHRASE_SALT_LENGTH } from '../secret/passphrase-key'

/** What a home can need from its surroundings to open, in the order in which its binding key takes them. */
export const FACTOR_KINDS = ['machine-file', 'os-installation', 'passphrase'] as const
/** One of them. */
export type FactorKind = (typeof FACTOR_KINDS)[number]

/** The factors of a home, as the header of its sealed master key states them: that one file is the whole configuration. */
export interface StatedBinding {
  /** In the order of {@link FACTOR_KINDS}, each once. */
  readonly kinds: ReadonlyArray<FactorKind>
  /** Of the passphrase's scrypt, base64url; only where there is one. */
  readonly salt?: string
}

/** What a home is bound by as long as nobody says otherwise. */
export const MACHINE_FILE_ALONE: StatedBinding = { kinds: ['machine-file'] }

const FIRST_TYP = 'custody-master+1'
const TYP = 'custody-master+2'
const BETWEEN = ' '

const isAlone = ({ kinds }: StatedBinding): boolean => kinds.length === 1 && kinds[0] === 'machine-file'

/**
 * Header of the sealed master key. A home that is bound by its machine file alone has the first version's.
 *
 * @param check a public value by which the factors that are no passphrase are recognised; nothing where there are none.
 */
export const masterHeader = (home: string, stated: StatedBinding, check: string | undefined): SealHeader => ({
  typ: isAlone(stated) ? FIRST_TYP : TYP,
  home,
  ...(isAlone(stated) ? {} : { factors: stated.kinds.join(BETWEEN) }),
  ...(stated.salt !== undefined && { salt: stated.salt }),
  ...(check !== undefined && { check }),
})

const isSalt = (salt: unknown): salt is string => {
  const bytes = typeof salt === 'string' ? decodeB64u(salt) : O.none
  return O.isSome(bytes) && bytes.value.length === PASSPHRASE_SALT_LENGTH
}

/** Reads what {@link masterHeader} states; nothing for any other header. Nothing of it is proved before the seal opens. */
export const statedBinding = (header: Readonly<Record<string, unknown>>): StatedBinding | undefined => {
  const { typ, factors, salt } = header
  if (typ === FIRST_TYP) return MACHINE_FILE_ALONE
  if (typ !== TYP || typeof factors !== 'string') return undefined
  const kinds = FACTOR_KINDS.filter((kind) => factors.split(BETWEEN).includes(kind))
  if (kinds.length === 0 || kinds.join(BETWEEN) !== factors) return undefined
  if (!kinds.includes('passphrase')) return salt === undefined ? { kinds } : undefined
  return isSalt(salt) ? { kinds, salt } : undefined
}
