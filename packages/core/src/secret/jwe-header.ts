import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { decodeB64u } from '../encoding/b64u'
import { sealBroken, type SealBroken } from './seal-broken'

/** Public members of a seal: they are authenticated with what is sealed, so none can be changed or moved. */
export type SealHeader = Readonly<Record<string, string | number>> & { readonly typ: string }

const PARTS = 5
const MAX_HEADER = 4096

/**
 * Reads the public header without opening the seal. Nothing in it is proved before the seal opens.
 *
 * @errors `SealBroken` when the text has not the form of a compact JWE.
 */
export const readSealHeader = (jwe: string): E.Either<SealBroken, Readonly<Record<string, unknown>>> => {
  const parts = jwe.split('.')
  const [first = ''] = parts
  if (parts.length !== PARTS || first.length > MAX_HEADER) return sealBroken
  const bytes = decodeB64u(first)
  if (O.isNone(bytes)) return sealBroken
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? E.right(parsed as Readonly<Record<string, unknown>>)
      : sealBroken
  } catch {
    return sealBroken
  }
}

/** Whether a header holds exactly the expected members, besides those that the seal's own algorithm adds. */
export const isExactHeader = (
  found: Readonly<Record<string, unknown>>,
  expected: SealHeader,
  added: ReadonlyArray<string>
): boolean => {
  const names = new Set([...Object.keys(expected), ...added])
  return (
    Object.keys(found).length === names.size &&
    Object.keys(found).every((name) => names.has(name)) &&
    Object.entries(expected).every(([name, value]) => found[name] === value)
  )
}
