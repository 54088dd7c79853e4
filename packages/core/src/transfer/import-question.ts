import * as t from 'io-ts'

import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { TransferQuestion } from './transfer-question'

/** All that an import is judged by, beside the license itself. */
export const ImportQuestion = t.intersection(
  [
    TransferQuestion,
    t.type({
      /** The license that the content goes under. */
      lid: LicenseId,
      /** The home's own issuer, which alone issues licenses for imports. */
      own: IssuerId,
      /** Key IDs that the source is protected with. */
      sourceKeyIds: t.readonlyArray(KeyId),
    }),
  ],
  'import question'
)
export type ImportQuestion = Readonly<t.TypeOf<typeof ImportQuestion>>
