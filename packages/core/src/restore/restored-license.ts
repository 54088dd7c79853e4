import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import { BackupLine } from '../backup/backup-manifest'
import type { LicenseFault } from '../fault/core-fault'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import type { RequiredVersion } from '../identity/security-version'
import { acceptedLicense } from '../license/accept-license'
import type { AcceptedLicense } from '../license/accepted-license'
import type { KeyBlock } from '../license/key-block'
import { docDigest } from '../signed/doc-digest'
import { unprovedPayload } from '../signed/unproved-payload'
import { licenseRow } from '../vault/license-name'
import { storedDocument } from '../vault/stored-document'
import type { BatchAnswer } from './batch-request'
import type { LicenseVerdict } from './restore-messages'

/** A license of a batch with what the service said of it. */
export type RestoredLicense =
  | {
      readonly type: 'Allowed'
      readonly license: AcceptedLicense
      /** Absent for a leaf of a chain. */
      readonly content: KeyBlock | undefined
      readonly computers: number
    }
  | { readonly type: 'Refused'; readonly license: RefusedName; readonly reason: string; readonly url: string | null }

/** What a license that is not restored goes by. */
export type RefusedName = Pick<AcceptedLicense, 'issuer' | 'lid' | 'keyId'>

/** A reply that does not fit what was sent. */
export interface ReplyMismatch {
  readonly type: 'ReplyMismatch'
  readonly why: string
}

const mismatch = (why: string): E.Either<ReplyMismatch, never> => E.left({ type: 'ReplyMismatch', why })

/**
 * Reads a document on the service's word and the source's: its digest is in the signed reply, its line under the signature
 * of the manifest. The issuer's own signature is checked before it allows anything.
 */
const attested = (jws: string): E.Either<LicenseFault, AcceptedLicense> =>
  pipe(
    storedDocument(jws),
    E.flatMap((document) => acceptedLicense(document, jws, docDigest(jws)))
  )

const lineOf = (text: string): BackupLine | undefined => {
  const line: unknown = JSON.parse(text)
  return BackupLine.is(line) ? line : undefined
}

/** Reads the lines of a batch. Throws for lines that are none: their hashes were checked before they were sent. */
export const batchLines = (lines: Uint8Array): ReadonlyArray<BackupLine> =>
  new TextDecoder('utf-8', { fatal: true })
    .decode(lines)
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => {
      const line = lineOf(text)
      if (line === undefined) throw new TypeError('a line of a verified segment is no license line')
      return line
    })

/** What a line says of its license before it is believed. */
export interface LineFacts {
  /** The license's name as read models have it. */
  readonly row: string
  /** The version of the security component that it asks for. */
  readonly security: RequiredVersion | undefined
}

/** Reads a line without its line feed; nothing for one that is none. */
export const lineFacts = (bytes: Uint8Array): LineFacts | undefined => {
  const line = lineOf(new TextDecoder().decode(bytes))
  const document = line && storedDocument(line.doc)
  if (document === undefined || E.isLeft(document)) return undefined
  return { row: licenseRow(document.right), security: document.right.requires?.security }
}

const SomeIssuer = t.type({ issuer: IssuerId })

/** A document that this build does not understand says its issuer at least; the line says the rest. */
const nameOf = ({ doc, lid, keyId }: BackupLine): RefusedName | undefined => {
  const payload = unprovedPayload(SomeIssuer, doc)
  return payload !== undefined && LicenseId.is(lid) && KeyId.is(keyId) ? { issuer: payload.issuer, lid, keyId } : undefined
}

const joined = (
  line: BackupLine,
  verdict: LicenseVerdict,
  nextKey: () => KeyBlock | undefined
): E.Either<ReplyMismatch, RestoredLicense> => {
  const license = attested(line.doc)
  if (verdict.n !== line.n) return mismatch(`line ${line.n}: answered as ${verdict.n}`)
  const name = E.isRight(license) ? license.right : nameOf(line)
  if (verdict.verdict === 'refused' && name !== undefined) {
    const { reason = 'NotAllStored', url = null } = verdict
    return E.right({ type: 'Refused', license: name, reason, url })
  }
  if (E.isLeft(license)) return mismatch(`line ${line.n}: ${license.left.type}`)
  if (verdict.docDigest !== license.right.docDigest) return mismatch(`line ${line.n}: another document`)
  const content = line.env === undefined ? undefined : nextKey()
  return line.env !== undefined && content === undefined
    ? mismatch(`line ${line.n}: no key`)
    : E.right({ type: 'Allowed', license: license.right, content, computers: verdict.computers })
}

/** Joins the lines that were sent with the answer to them: one verdict for each line in order, one key for each envelope. */
export const restoredLicenses = (
  lines: ReadonlyArray<BackupLine>,
  { results, keys }: BatchAnswer
): E.Either<ReplyMismatch, ReadonlyArray<RestoredLicense>> => {
  if (results.length !== lines.length) return mismatch(`${results.length} verdicts on ${lines.length} licenses`)
  const rest = keys[Symbol.iterator]()
  const licenses: RestoredLicense[] = []
  for (const [index, line] of lines.entries()) {
    const verdict = results[index]
    if (verdict === undefined) return mismatch('a verdict is missing')
    const license = joined(line, verdict, () => rest.next().value)
    if (E.isLeft(license)) return license
    licenses.push(license.right)
  }
  return rest.next().done === true ? E.right(licenses) : mismatch('more keys than licenses')
}
