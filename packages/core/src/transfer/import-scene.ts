import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { streamRevision } from '../home/stream-revision'
import { IssuerId } from '../identity/issuer-id'
import type { LicenseId } from '../identity/license-id'
import { acceptanceUnder } from '../vault/accept-stored'
import { licenseStream } from '../vault/license-event'
import { licensesNamed } from '../vault/named-licenses'
import { licensesByLid } from '../vault/stored-licenses'
import { recordedCandidate, type Candidate } from './candidate'
import { recordedRevocation, transferCircumstances, type TransferCircumstances } from './circumstances'
import type { ImportQuestion } from './import-question'
import type { ImportRequest } from './import-request'
import { checkReceiver, receiverKeys, type ReceiverKeys } from './receiver'
import { storedCandidate } from './stored-candidate'
import type { Unchanged } from './unchanged'

/** One request as it is decided. */
export interface ImportScene {
  readonly question: ImportQuestion
  readonly license: Candidate | undefined
  readonly receiverKeys: ReceiverKeys | null
  readonly unchanged: Unchanged
}

interface NamedLicense {
  readonly license: Candidate | undefined
  readonly unchanged: Unchanged
}

const IN_PROCESS = { type: 'in-process' } as const

const ownIssuer = ({ keystore }: Home): TE.TaskEither<CoreFault, IssuerId> =>
  pipe(
    keystore.issuer(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map(({ kid }) => {
      if (!IssuerId.is(kid)) throw new TypeError('the issuer key has no thumbprint')
      return kid
    })
  )

/** That no other issuer's license of that id came, went or changed. */
const foreignNames = (home: Home, own: IssuerId, lid: LicenseId): TE.TaskEither<CoreFault, Unchanged> =>
  pipe(
    licensesNamed(home.store, lid),
    TE.mapLeft((fault): CoreFault => fault),
    TE.bindTo('named'),
    TE.bind('appends', ({ named: { names } }) =>
      pipe(
        names.filter(({ issuer }) => issuer !== own).map(({ issuer }) => licenseStream(issuer, lid)),
        TE.traverseSeqArray((stream) =>
          pipe(
            streamRevision(home.store, stream),
            TE.map((expectedRevision) => ({ stream, expectedRevision, events: [] }))
          )
        )
      )
    ),
    TE.map(({ named: { expects }, appends }) => ({ appends, expects }))
  )

/** The home's own license of that id; where there is none, that of another issuer, so that the refusal can say so. */
const namedLicense = (
  home: Home,
  { revocation }: TransferCircumstances,
  own: IssuerId,
  lid: LicenseId
): TE.TaskEither<CoreFault, NamedLicense> =>
  pipe(
    TE.Do,
    TE.bind('others', () => foreignNames(home, own, lid)),
    TE.bind('revision', () => streamRevision(home.store, licenseStream(own, lid))),
    TE.bind('accept', () => acceptanceUnder(home, revocation)),
    TE.bind('licenses', () => licensesByLid(home)(lid)),
    TE.map(({ others, revision, accept, licenses }) => {
      const chosen = licenses.find(({ issuer }) => issuer === own) ?? licenses[0]
      return {
        license: chosen && storedCandidate(chosen, accept(chosen.jws)),
        unchanged: {
          appends: [...others.appends, { stream: licenseStream(own, lid), expectedRevision: revision, events: [] }],
          expects: others.expects,
        },
      }
    })
  )

const expectationOf = (home: Home, now: number) => ({ root: home.authorityRoot, use: 'device', now }) as const

const questionOf = (
  home: Home,
  request: ImportRequest,
  circumstances: TransferCircumstances,
  own: IssuerId,
  license: Candidate | undefined
): ImportQuestion => {
  const { lid, system, registered, sourceKeys } = request
  const { now, device, clock } = circumstances
  const receiver = checkReceiver(request.receiver ?? IN_PROCESS, expectationOf(home, now))
  return {
    lid,
    own,
    system,
    handleEpoch: request.epoch ?? null,
    contentVersion: request.contentVersion ?? null,
    registered,
    receiver,
    judgedAt: now,
    device,
    clock,
    revocation: recordedRevocation(circumstances, 'device', receiver),
    candidates: license === undefined ? [] : [recordedCandidate(license)],
    sourceKeyIds: sourceKeys.map(({ keyId }) => keyId),
  }
}

/** Collects all that an import is decided from. Nothing is stored yet. @errors those of keystore and store. */
export const importScene = (home: Home, request: ImportRequest): TE.TaskEither<CoreFault, ImportScene> =>
  pipe(
    TE.Do,
    TE.bind('own', () => ownIssuer(home)),
    TE.bind('circumstances', () => transferCircumstances(home)),
    TE.bind('named', ({ own, circumstances }) => namedLicense(home, circumstances, own, request.lid)),
    TE.map(({ own, circumstances, named: { license, unchanged } }) => ({
      question: questionOf(home, request, circumstances, own, license),
      license,
      receiverKeys: receiverKeys(request.receiver ?? IN_PROCESS, expectationOf(home, circumstances.now)),
      unchanged: { ...unchanged, appends: [...circumstances.unchanged, ...unchanged.appends] },
    }))
  )
