import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { SystemId } from '../identity/system-id'
import { Action } from '../license/action'
import { LicenseRefusal } from '../license/license-refusal'

/** An export may run: a license grants it, and a use was taken from that license in the same append. */
export const ExportAuthorized = defineEvent({
  type: 'ExportAuthorized',
  schemaVersion: 1,
  data: t.type({
    useId: t.string,
    keyId: KeyId,
    system: SystemId,
    action: Action,
    issuer: IssuerId,
    lid: LicenseId,
    /** Digest that names the source file, base64url. */
    source: t.string,
    targetKeyIds: t.readonlyArray(KeyId),
    epoch: t.number,
  }),
})

/** An export was asked for and may not run. */
export const ExportRefused = defineEvent({
  type: 'ExportRefused',
  schemaVersion: 1,
  data: t.type({
    keyId: KeyId,
    system: SystemId,
    action: Action,
    source: t.string,
    refusals: t.readonlyArray(LicenseRefusal),
  }),
})

/** Stream of one request to export. */
export const exportStream = (id: string): string => `export-${id}`
