import { badInput } from '@custody/core/identity'
import { secretLength } from '@custody/core/secret'
import type { TargetKeyRequest } from '@custody/core/vault'
import * as E from 'fp-ts/Either'

import type { ExportScheme } from '../contract/adapter'
import type { ExportRequest } from './export-request'
import type { TransferFault } from './transfer-error'

/** Common Encryption is AES-128 in all four schemes. @source ISO/IEC 23001-7, section 4.2 */
const KEY_BYTES = 16

/**
 * The keys that an export asks its grant for: the user's own where he gives some, else a fresh one for each track.
 *
 * @errors `BadInput` for a number of keys that is neither one nor that of the tracks, and for a key of another length.
 */
export const targetKeysFor = (
  { targetKeys }: Pick<ExportRequest, 'targetKeys'>,
  scheme: ExportScheme,
  tracks: number
): E.Either<TransferFault, ReadonlyArray<TargetKeyRequest>> => {
  if (targetKeys === undefined) return E.right(Array.from({ length: tracks }, () => ({ scheme })))
  if (targetKeys.length !== 1 && targetKeys.length !== tracks) {
    return E.left(badInput('target keys', `1 key, or one for each of ${String(tracks)} tracks`, String(targetKeys.length)))
  }
  const unfit = targetKeys.find(({ key }) => secretLength(key) !== KEY_BYTES)
  return unfit === undefined
    ? E.right(targetKeys.map((given) => ({ scheme, given })))
    : E.left(badInput(`target key ${unfit.keyId}`, `${String(KEY_BYTES)} bytes`, `${String(secretLength(unfit.key))} bytes`))
}
