import type { CoreFault } from '@custody/core/fault'
import {
  INDIVIDUALIZATION_PATH,
  IndividualizationBody,
  machineId,
  VERSION_PATH,
  VERSION_TYP,
} from '@custody/core/individualization'
import { timestampFromMicros } from '@custody/core/license'
import { signDocument } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'

import type { Authority } from '../authority/authority'
import { jsonReply, jwsReply } from '../server/common-routes'
import { plainRoute, signedRoute, type Refusal, type ServiceModule, type Signer } from '../server/service-route'
import { keysOf } from './check-request'
import { individualizationOpenApi } from './individualization-open-api'
import { individualize } from './individualize'
import type { Enabler } from './package-lines'
import { PACKAGES_PATH, packageStore } from './package-store'
import { rangeReply } from './range-reply'

/** What differs from one Individualization Service to another. */
export interface IndividualizationOptions {
  /** What packages hold beside the authority's own documents. */
  readonly enablers?: ReadonlyArray<Enabler>
}

const NOT_FOUND = 404

/** The new signing key of the body, which so proves itself; the scope key names the computer. */
const signerOf = (body: IndividualizationBody): TE.TaskEither<CoreFault | Refusal, Signer> => {
  const keys = keysOf(body)
  return E.isLeft(keys) ? TE.left(keys.left) : TE.right({ key: keys.right.signing, mid: machineId(keys.right.scope) })
}

const versionStatement = (authority: Authority): string => {
  const { kid, key } = authority.key('individualization-signing')
  return signDocument(key, { typ: VERSION_TYP, kid }, {
    v: 1,
    authority: authority.name,
    securityVersion: authority.policy().securityVersion,
    at: timestampFromMicros(authority.clock.now()),
  })
}

/** The Individualization Service: newest version, credentials, and packages that can be fetched in parts. */
export const individualizationService =
  ({ enablers = [] }: IndividualizationOptions = {}): ServiceModule =>
  (authority) => {
    const packages = packageStore(authority, enablers)
    return {
      openApi: individualizationOpenApi,
      routes: [
        plainRoute(VERSION_PATH, async () => jwsReply(versionStatement(authority))),
        signedRoute({
          service: 'individualization',
          path: INDIVIDUALIZATION_PATH,
          codec: IndividualizationBody,
          signer: signerOf,
          handle: (request) => individualize(authority, packages, request),
        }),
        plainRoute(`${PACKAGES_PATH}/:package`, async ({ package: id = '' }, header) => {
          const found = await packages.find(id)
          return found === undefined
            ? jsonReply(NOT_FOUND, { error: 'NotFound' })
            : rangeReply(found, header('range'), header('if-range'))
        }),
      ],
    }
  }
