import * as E from 'fp-ts/Either'

import type { HomeAuthority } from '../authority/home-authority'
import { meetAuthority } from '../authority/meet-authority'
import { serviceKey } from '../authority/service-key'
import { MAX_TRUST_DOCUMENT } from '../authority/trust-document'
import type { ServiceClient } from '../exchange/service-client'
import { CoreError } from '../fault/core-error'
import { runTask } from '../fault/run-task'
import type { RequiredVersion } from '../identity/security-version'
import { parseJson } from '../signed/signed-header'
import { verifyDocument } from '../signed/verify-document'
import { AUTHORITY_PATH, AuthorityReply, VERSION_PATH, VERSION_TYP, VersionStatement } from './individualization-messages'
import type { IndividualizationRun } from './individualization-run'

const SERVICE = 'individualization'
const MAX_INTRODUCTION = MAX_TRUST_DOCUMENT + 4096
const MAX_STATEMENT = 8 * 1024

const invalid = (why: string): CoreError => new CoreError({ type: 'ReplyInvalid', service: SERVICE, why })

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes)

const fetched = async (run: IndividualizationRun, client: ServiceClient, path: string, limit: number): Promise<string> => {
  const bytes = await client.fetch(SERVICE, path, limit, run.signal)()
  run.checkCancelled()
  if (E.isLeft(bytes)) throw new CoreError(bytes.left)
  run.roundTrip()
  return latin1(bytes.right)
}

/** Fetches the authority's trust document and takes it in; at first contact its root is pinned. Rejects with `CoreError`. */
export const meetService = async (run: IndividualizationRun, client: ServiceClient): Promise<HomeAuthority> => {
  const offer = parseJson(await fetched(run, client, AUTHORITY_PATH, MAX_INTRODUCTION))
  if (E.isLeft(offer) || !AuthorityReply.is(offer.right)) throw invalid('no introduction of an authority')
  return runTask(meetAuthority(run.home)(offer.right))
}

/** By which keys the service signs, now. */
export const individualizationKeys =
  ({ home }: Pick<IndividualizationRun, 'home'>, { trust }: Pick<HomeAuthority, 'trust'>) =>
  (kid: string) =>
    serviceKey(trust, 'individualization-signing', home.clock.now(), kid)

/** Asks which version is the newest (IN-7). Rejects with `CoreError`. */
export const newestVersion = async (
  run: IndividualizationRun,
  client: ServiceClient,
  authority: HomeAuthority
): Promise<RequiredVersion> => {
  const jws = await fetched(run, client, VERSION_PATH, MAX_STATEMENT)
  const keyFor = individualizationKeys(run, authority)
  const verified = verifyDocument({ typ: VERSION_TYP, codec: VersionStatement, keyFor, limit: MAX_STATEMENT }, jws)
  if (E.isLeft(verified)) throw invalid(verified.left.type)
  const { payload } = verified.right
  if (payload.authority !== authority.authority) throw invalid(`of another authority, ${payload.authority}`)
  return payload.securityVersion
}
