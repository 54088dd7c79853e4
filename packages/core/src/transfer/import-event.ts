import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { SystemId } from '../identity/system-id'
import { LicenseRefusal } from '../license/license-refusal'
import { ImportQuestion } from './import-question'

/** An import may run, under a license of the home's own. Nothing is counted: the license is for what comes after. */
export const ImportAuthorized = defineEvent({
  type: 'ImportAuthorized',
  schemaVersion: 1,
  data: t.type({
    useId: t.string,
    issuer: IssuerId,
    lid: LicenseId,
    keyId: KeyId,
    system: SystemId,
    /** Digest that names the source file, base64url. */
    source: t.string,
    /** From then on the grant opens no more, microseconds since 1970. */
    expires: t.number,
    question: ImportQuestion,
  }),
})

/** An import was asked for and may not run. */
export const ImportRefused = defineEvent({
  type: 'ImportRefused',
  schemaVersion: 1,
  data: t.type({
    lid: LicenseId,
    system: SystemId,
    source: t.string,
    refusals: t.readonlyArray(LicenseRefusal),
    question: ImportQuestion,
  }),
})

/** Stream of one request to import that was refused; one that was granted goes on in the stream of its use. */
export const importStream = (id: string): string => `import-${id}`
