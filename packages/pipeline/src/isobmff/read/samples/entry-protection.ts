import * as E from 'fp-ts/Either'

import type { CommonScheme } from '../../../cipher/common-encryption/common-encryption'
import type { MalformedMedia, MediaFault } from '../../../fault/pipeline-fault'
import { childOf, descendant, readBoxTree, type Box } from '../box-tree'
import { readSchm, readTenc, type Tenc } from '../protection-boxes'

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
const FRONTS: ReadonlyMap<string, number> = new Map([
  ['encv', 78],
  ['enca', 28],
])
/** moov, trak, mdia, minf, stbl, stsd and the entry. */
const ENTRY_DEPTH = 7

/** A fault whose place was counted from the start of a box's body. */
const inFile = (box: Box, fault: MalformedMedia): MalformedMedia => ({ ...fault, at: box.bodyAt + fault.at })

const protectionOf = (entry: Box, sinf: Box): E.Either<MediaFault, EntryProtection> => {
  const [schm, tenc] = [childOf(sinf, 'schm'), descendant(sinf, 'schi', 'tenc')]
  if (schm === undefined || tenc === undefined) {
    return E.left({ type: 'UnsupportedMedia', at: entry.at, what: 'protection other than Common Encryption' })
  }
  const name = readSchm(schm.body)
  if (E.isLeft(name)) return E.left(inFile(schm, name.left))
  const scheme = SCHEMES.get(name.right)
  if (scheme === undefined) return E.left({ type: 'UnsupportedMedia', at: schm.at, what: `protection scheme ${name.right}` })
  const defaults = readTenc(tenc.body)
  return E.isLeft(defaults) ? E.left(inFile(tenc, defaults.left)) : E.right({ scheme, tenc: defaults.right })
}

/**
 * Reads the protection of a sample entry; nothing for a clear one.
 *
 * @errors `UnsupportedMedia` for protection other than Common Encryption, `MalformedMedia`.
 * @source ISO/IEC 23001-7, clause 4.1; ISO/IEC 14496-12, 8.12
 */
export const readEntryProtection = (entry: Box): E.Either<MediaFault, EntryProtection | undefined> => {
  const front = FRONTS.get(entry.type)
  if (front === undefined) return E.right(undefined)
  const bytes = entry.body.subarray(Math.min(front, entry.body.length))
  const tree = readBoxTree({ bytes, at: entry.bodyAt + front, length: bytes.length, depth: ENTRY_DEPTH })
  if (E.isLeft(tree)) return tree
  const sinf = childOf({ children: tree.right.boxes }, 'sinf')
  return sinf === undefined
    ? E.left({ type: 'UnsupportedMedia', at: entry.at, what: 'a protected sample entry that does not say how' })
    : protectionOf(entry, sinf)
}
