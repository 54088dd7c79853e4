import {
  acceptChallenge,
  CHALLENGE_LIFE,
  claimedChallenge,
  type LicenseChallenge,
} from '@custody/core/acquisition'
import { timestampMicros } from '@custody/core/license'
import * as E from 'fp-ts/Either'

import type { Authority } from '../authority/authority'
import { refuse, type Refusal } from '../server/service-route'
import { licenseComputer, type LicenseComputer } from './license-computer'

/** A challenge that a computer of this authority made within its time. */
export interface PageChallenge {
  readonly challenge: LicenseChallenge
  readonly computer: LicenseComputer
}

const BAD_REQUEST = 400
const GONE = 410

const malformed = refuse(BAD_REQUEST, 'RequestMalformed', 'This page is opened by an application that asks for a license.')
const expired = refuse(GONE, 'SessionExpired', 'The application asked too long ago. Ask it to acquire the license again.')

/** Believes a challenge on the word of the computer that it names. @errors a refusal, to be shown to a person. */
export const pageChallenge = (authority: Authority, jws: string): E.Either<Refusal, PageChallenge> => {
  const claimed = claimedChallenge(jws)
  if (claimed === undefined) return E.left(malformed)
  const computer = licenseComputer(authority, claimed.credential)
  if (E.isLeft(computer)) return computer
  const challenge = acceptChallenge(computer.right.signing, jws)
  if (E.isLeft(challenge)) return E.left(malformed)
  const age = authority.clock.now() - timestampMicros(challenge.right.at)
  return age > CHALLENGE_LIFE ? E.left(expired) : E.right({ challenge: challenge.right, computer: computer.right })
}
