import type { KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import type { OpenedGrant } from '@custody/core/pipeline-connection'
import * as E from 'fp-ts/Either'

import { AES_BLOCK } from '../../cipher/counter-mode'
import { PipelineError } from '../../fault/pipeline-error'
import { defences } from '../../lease/defences'

/**
 * A content key that the grant covers.
 *
 * @errors `GrantRefused`.
 */
export const contentKey = (opened: OpenedGrant, keyId: KeyId): KeyObject => {
  const key = opened.keyFor(keyId)
  if (E.isLeft(key)) throw new PipelineError({ type: 'GrantRefused', fault: key.left })
  return key.right
}

/**
 * The same, for AES-128.
 *
 * @errors `GrantRefused`; `UnsupportedMedia` for a key of another length, as that of the classic cipher.
 */
export const aesContentKey = (opened: OpenedGrant, keyId: KeyId): KeyObject => {
  const key = contentKey(opened, keyId)
  const bytes = key.symmetricKeySize ?? 0
  if (bytes !== AES_BLOCK) {
    const what = `AES-128 with content key ${keyId}, which has ${String(bytes)} bytes`
    throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what })
  }
  return key
}

/**
 * The ID of a key that samples say they are under. The grant has the keys of the targets too, and a file may name any: opened
 * by a target's key, a sample would be under that key twice, and come out clear where both counters meet (P5).
 *
 * @errors `GrantRefused` for one that is none of the source's.
 */
export const requireSource = ({ sources }: OpenedGrant, keyId: KeyId): KeyId => {
  if (sources.includes(keyId) || !defences.authorization) return keyId
  throw new PipelineError({ type: 'GrantRefused', fault: { type: 'GrantForged', what: `no key ${keyId} of the source in this grant` } })
}
