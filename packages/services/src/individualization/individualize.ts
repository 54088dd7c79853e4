import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { SecurityVersion } from '@custody/core/identity'
import {
  diversifierHeader,
  issueCredential,
  type IndividualizationBody,
  type IndividualizationReply,
} from '@custody/core/individualization'
import { timestampFromMicros } from '@custody/core/license'
import { sealTo, secretFromBytes, wipeSecret } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { Authority } from '../authority/authority'
import { checkContinuity, nextContinuity, repeatedContinuity } from '../continuity/continuity'
import { contentDigest, decideOnce, type Decision } from '../server/decide-once'
import { answer, refuse, type Answer, type BelievedRequest, type Refusal } from '../server/service-route'
import { checkRequest, type RequestKeys } from './check-request'
import { IndividualizationIssued, individualizationStream } from './individualization-event'
import { issuedADay, mayIndividualize } from './issued-a-day'
import type { PackageStore } from './package-store'

/** What stays of an individualization for its repeat. */
const Verdict = t.type({ credential: t.string, continuity: t.string })
type Verdict = Readonly<t.TypeOf<typeof Verdict>>

type Request = BelievedRequest<IndividualizationBody>

const FORBIDDEN = 403
const DAY = 24 * 3600 * 1_000_000
const YEARS = 10 * 365 * DAY
/** Of keys that lie in files of an ordinary computer. */
const LEVEL = 150
const DIVERSIFIER_LENGTH = 32

const installedVersion = (authority: Authority): SecurityVersion => {
  const version = `${authority.policy().securityVersion}.0.1`
  if (!SecurityVersion.is(version)) throw new TypeError('a required version with two more numbers is an installed one')
  return version
}

const credentialFor = (authority: Authority, { mid, body }: Request, securityVersion: SecurityVersion): string => {
  const { kid, key } = authority.key('individualization-signing')
  const { epoch, signing, agreement } = body
  const now = authority.clock.now()
  return issueCredential(key, kid, {
    authority: authority.name,
    mid,
    epoch,
    securityVersion,
    level: LEVEL,
    signing,
    agreement,
    from: timestampFromMicros(now - DAY),
    until: timestampFromMicros(now + YEARS),
  })
}

const decide = (
  authority: Authority,
  request: Request,
  { signing }: RequestKeys
): TE.TaskEither<CoreFault, Decision<Verdict> | Refusal> => {
  const { mid, body, proof } = request
  const { store, clock, random } = authority
  return pipe(
    TE.Do,
    TE.bind('continuity', () => checkContinuity(store)(mid, body.continuity, proof.idem, body.unanswered)),
    TE.bind('issued', () => issuedADay(store, mid)),
    TE.map(({ continuity, issued }): Decision<Verdict> | Refusal => {
      if (continuity.type !== 'Continues') {
        return refuse(FORBIDDEN, 'DeviceCloned', 'A copy of this computer spoke to the service since.')
      }
      if (!mayIndividualize(issued.state, clock.now(), authority.policy().individualizationsADay)) {
        return refuse(FORBIDDEN, 'IndividualizationFraudLimit', 'This computer was individualized too often today; try again another day.')
      }
      const securityVersion = installedVersion(authority)
      const next = nextContinuity(random, mid, proof.idem, continuity.revision, body.continuity ?? null)
      const data = { mid, epoch: body.epoch, securityVersion, forced: body.forced, signing: thumbprint(signing) }
      const events = [newEvent(IndividualizationIssued, data)]
      return {
        verdict: { credential: credentialFor(authority, request, securityVersion), continuity: next.token },
        appends: [next.append, { stream: individualizationStream(mid), expectedRevision: issued.revision, events }],
      }
    })
  )
}

/** Made anew for each reply: the service keeps none, and a computer uses the one that it got. */
const sealedDiversifier = async ({ random }: Authority, { mid, body: { epoch } }: Request, { agreement }: RequestKeys): Promise<string> => {
  const diversifier = secretFromBytes(random.bytes(DIVERSIFIER_LENGTH))
  try {
    return await sealTo(agreement, diversifierHeader(mid, epoch), diversifier)
  } finally {
    wipeSecret(diversifier)
  }
}

/**
 * Answers a request for individualization: credential, diversifier and package. A repeat gets the same credential and counts
 * once.
 *
 * @errors those of the store; `HomeUnwritable` where no package can be made.
 * @source docs/reference/protocols.md, section 5.2
 */
export const individualize = (authority: Authority, packages: PackageStore, request: Request): TE.TaskEither<CoreFault, Answer> => {
  const keys = checkRequest(authority, request)
  if (E.isLeft(keys)) return TE.right(keys.left)
  return pipe(
    TE.Do,
    // Before anything is counted, so that a full disk costs the computer no place.
    TE.bind('package', () => packages.newest),
    TE.bind('decided', () => {
      // The scope proof holds the nonce, which is another one at each try; the history goes on between a request and its repeat.
      const content = contentDigest(request.body, 'scopeProof', 'continuity', 'unanswered')
      return decideOnce(authority.store, request, Verdict, decide(authority, request, keys.right), content)
    }),
    TE.flatMap(({ decided, package: descriptor }) => {
      if (decided.type === 'Refusal') return TE.right<CoreFault, Answer>(decided)
      const { verdict } = decided
      return pipe(
        repeatedContinuity(authority.store)(request.mid, request.body.continuity, verdict.continuity),
        TE.flatMap((continuity) =>
          TE.fromTask(async () => {
            const diversifier = await sealedDiversifier(authority, request, keys.right)
            const body: IndividualizationReply = { ...verdict, continuity, diversifier, package: descriptor }
            return answer(body)
          })
        )
      )
    })
  )
}
