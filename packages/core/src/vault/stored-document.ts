import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import { codecMismatch } from '../encoding/codec-mismatch'
import type { LicenseFault } from '../fault/core-fault'
import { LicenseDocument } from '../license/license-document'
import { licenseMalformed } from '../license/license-malformed'
import { signedForm } from '../signed/signed-form'

/** Reads a license document without believing it: for lists and facts, never for a decision. */
export const storedDocument = (jws: string): E.Either<LicenseFault, LicenseDocument> => {
  const form = signedForm(jws)
  if (E.isLeft(form)) return E.left(licenseMalformed('document', 'a compact JWS', form.left.type))
  return pipe(
    E.tryCatch(
      () => JSON.parse(form.right.payload) as unknown,
      (): LicenseFault => licenseMalformed('document', 'JSON', 'another text')
    ),
    E.flatMap((payload) =>
      pipe(
        LicenseDocument.decode(payload),
        E.mapLeft((errors): LicenseFault => {
          const { where, expected, found } = codecMismatch(errors)
          return licenseMalformed(where, expected, found)
        })
      )
    )
  )
}
