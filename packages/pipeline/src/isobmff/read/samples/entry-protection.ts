import * as E from 'fp-ts/Either'

import type { CommonScheme } from '../../../cipher/common-encryption/common-encryption'
import type { MalformedMedia, MediaFault } from '../../../fault/pipeline-fault'
import type { ProtectionHeader } from '../../../media/media-description'
import { readSchm, readTenc, type Tenc } from '../protection-boxes'
import type { EntryFields } from '../sample-entry-reader'

/** How the samples of a protected sample entry are protected, unless their group says otherwise. */
export interface EntryProtection {
  readonly scheme: CommonScheme
  readonly tenc: Tenc
}

const SCHEMES: ReadonlyMap<string, CommonScheme> = new Map([
  ['cenc', 'cenc'],
  ['cens', 'cens'],
  ['cbc1', 'cbc1'],
  ['cbcs', 'cbcs'],
  // PIFF 1.1 with AES-CTR.
  ['piff', 'cenc'],
])
const BOX_HEADER = 8

/** A fault whose place was counted from the start of a box's body. */
const inFile = ({ at }: ProtectionHeader, fault: MalformedMedia): MalformedMedia => ({ ...fault, at: at + BOX_HEADER + fault.at })

/**
 * Reads the protection of a sample entry; nothing for a clear one.
 *
 * @param at byte offset of the track in the file, for messages.
 * @errors `UnsupportedMedia` for protection other than Common Encryption, `MalformedMedia`.
 * @source ISO/IEC 23001-7, clause 4.1; ISO/IEC 14496-12, 8.12
 */
export const readEntryProtection = (
  { encrypted, protection }: EntryFields,
  at: number
): E.Either<MediaFault, EntryProtection | undefined> => {
  if (!encrypted) return E.right(undefined)
  const [schm, tenc] = ['schm', 'tenc'].map((kind) => protection.find((header) => header.kind === kind))
  if (schm === undefined || tenc === undefined) {
    return E.left({ type: 'UnsupportedMedia', at, what: 'protection other than Common Encryption' })
  }
  const name = readSchm(schm.data)
  if (E.isLeft(name)) return E.left(inFile(schm, name.left))
  const scheme = SCHEMES.get(name.right)
  if (scheme === undefined) return E.left({ type: 'UnsupportedMedia', at: schm.at, what: `protection scheme ${name.right}` })
  const defaults = readTenc(tenc.data)
  return E.isLeft(defaults) ? E.left(inFile(tenc, defaults.left)) : E.right({ scheme, tenc: defaults.right })
}
