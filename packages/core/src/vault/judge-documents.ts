import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import { acceptLicenseInBackground } from '../license/accept-license'
import type { AcceptedLicense } from '../license/accepted-license'
import { openAcceptanceThreads, type AcceptanceThreads } from '../license/acceptance-threads/acceptance-threads'
import type { AcceptanceReply, AcceptanceRequest } from '../license/acceptance-threads/acceptance-request'
import { acceptanceOf, withIssuerReason } from './believe-document'
import type { IssuerTrust } from './trusted-issuers'

/** What became of each document, in order. */
export type DocumentVerdicts = ReadonlyArray<E.Either<CoreFault, AcceptedLicense>>

/** Judges documents of many runs. */
export interface DocumentJudge {
  /** @param now trusted time, microseconds since 1970. */
  readonly judge: (trust: IssuerTrust, now: number, documents: ReadonlyArray<string>) => Promise<DocumentVerdicts>
  readonly close: () => Promise<void>
}

/** Fewer documents are judged before a thread has begun. */
export const WORTH_A_THREAD = 1024

const keysOf = ({ issuers, issuer }: IssuerTrust): AcceptanceRequest['keys'] =>
  new Map([...issuers].flatMap(([id, { key }]) => (E.isRight(issuer(id)) ? [[id, key] as const] : [])))

const withoutThreads = (trust: IssuerTrust, now: number, documents: ReadonlyArray<string>): Promise<AcceptanceReply> =>
  Promise.all(documents.map((document) => acceptLicenseInBackground(acceptanceOf(trust, now), document)()))

/**
 * Judges documents as `believeDocument` does, off the main thread: in threads of their own once there are many, and where these
 * are not to be had or end, with the signatures alone in Node's pool.
 *
 * @param open opens the threads; called once.
 */
export const documentJudge = (open: () => AcceptanceThreads | undefined = openAcceptanceThreads): DocumentJudge => {
  let opened = false
  let threads: AcceptanceThreads | undefined
  const threadsFor = (documents: ReadonlyArray<string>): AcceptanceThreads | undefined => {
    if (!opened && documents.length >= WORTH_A_THREAD) {
      threads = open()
      opened = true
    }
    return threads
  }
  const reply = async (trust: IssuerTrust, now: number, documents: ReadonlyArray<string>): Promise<AcceptanceReply> => {
    const asked = threadsFor(documents)
    if (asked === undefined) return withoutThreads(trust, now, documents)
    try {
      return await asked.accept({ documents, keys: keysOf(trust), now })
    } catch {
      threads = undefined
      await asked.close()
      return withoutThreads(trust, now, documents)
    }
  }
  return {
    judge: async (trust, now, documents) => {
      const withReason = E.mapLeft(withIssuerReason(trust))
      return (await reply(trust, now, documents)).map((verdict): E.Either<CoreFault, AcceptedLicense> => pipe(verdict, withReason))
    },
    close: async () => threads?.close(),
  }
}
