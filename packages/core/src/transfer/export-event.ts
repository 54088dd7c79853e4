import * as t from 'io-ts'

import { defineEvent, upcast } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { SystemId } from '../identity/system-id'
import { Action } from '../license/action'
import { LicenseRefusal } from '../license/license-refusal'
import { ExportQuestion } from './export-question'

const Authorized = {
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
}

const Refused = {
  keyId: KeyId,
  system: SystemId,
  action: Action,
  source: t.string,
  refusals: t.readonlyArray(LicenseRefusal),
}

/** All that the decision was made from; `null` in events of version 1, which did not keep it. */
const Question = t.union([ExportQuestion, t.null])

/**
 * An export may run: a license grants it, and a use was taken from each of its links in the same append. The log before
 * this event, but for that use, is exactly what the decision was made from.
 */
export const ExportAuthorized = defineEvent({
  type: 'ExportAuthorized',
  schemaVersion: 2,
  data: t.type({
    ...Authorized,
    /** The root of the chain that was used; `null` for a license that is none. */
    root: t.union([t.type({ issuer: IssuerId, lid: LicenseId }), t.null]),
    question: Question,
  }),
  upcasters: { 1: upcast(t.type(Authorized), (data) => ({ ...data, root: null, question: null })) },
})

/** An export was asked for and may not run. */
export const ExportRefused = defineEvent({
  type: 'ExportRefused',
  schemaVersion: 2,
  data: t.type({ ...Refused, question: Question }),
  upcasters: { 1: upcast(t.type(Refused), (data) => ({ ...data, question: null })) },
})

/** Stream of one request to export. */
export const exportStream = (id: string): string => `export-${id}`
