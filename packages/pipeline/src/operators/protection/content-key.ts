import type { KeyObject } from 'node:crypto'
import type { KeyId } from '@custody/core/identity'
import type { OpenedGrant } from '@custody/core/pipeline-connection'
import * as E from 'fp-ts/Either'

import { PipelineError } from '../../fault/pipeline-error'

/** A content key that the grant covers. @errors `GrantRefused`. */
export const contentKey = (opened: OpenedGrant, keyId: KeyId): KeyObject => {
  const key = opened.keyFor(keyId)
  if (E.isLeft(key)) throw new PipelineError({ type: 'GrantRefused', fault: key.left })
  return key.right
}
