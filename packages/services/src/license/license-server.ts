import { ACCEPT_PATH, ACQUIRE_PATH, PAGE_PATH, PICKUP_PATH } from '@custody/core/acquisition'

import { jsonOf, PROOF_PARAMETER, signedResponses, textOf, type OpenApiOperation, type OpenApiPaths } from '../server/open-api'
import type { ServiceModule } from '../server/service-route'
import { acquireRoute } from './acquire-route'
import { pageRoutes } from './page-routes'
import { pickupRoute } from './pickup-route'

const TAGS = ['license']
const TEXT = { type: 'string' }

const REFUSALS = {
  403: 'CertificateInvalid, CertificateRevoked, IndividualizationRequired, NotSilent.',
  404: 'LicenseUnavailable.',
}

const signed = (summary: string, answered: string, members: Readonly<Record<string, object>>) => ({
  post: {
    summary,
    tags: TAGS,
    parameters: [PROOF_PARAMETER],
    requestBody: jsonOf('Content or challenge, and the credential of the computer.', {
      type: 'object',
      properties: { v: { const: 1 }, credential: TEXT, ...members },
      required: ['v', 'credential', ...Object.keys(members)],
      additionalProperties: false,
    }),
    responses: signedResponses(answered, REFUSALS),
  },
})

const form = (summary: string, members: Readonly<Record<string, object>>): { readonly post: OpenApiOperation } => ({
  post: {
    summary,
    tags: TAGS,
    requestBody: {
      content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: members, required: Object.keys(members) } } },
    },
    responses: { 200: textOf('A page for a person.', 'text/html'), 404: textOf('No license is offered.', 'text/html') },
  },
})

const openApi: OpenApiPaths = {
  [ACQUIRE_PATH]: signed('A license without a person', 'The license response.', { keyId: TEXT }),
  [PICKUP_PATH]: signed('The license that a person accepted', 'The license response, or that it is pending.', { challenge: TEXT }),
  [PAGE_PATH]: form('The page for a challenge', { nonsilent: { const: '1' }, challenge: TEXT }),
  [ACCEPT_PATH]: form('A person accepts an offer', { challenge: TEXT, offer: TEXT }),
}

/** The license server: gives licenses for what `offerContent` offers, silently or after a person's answer on its page. */
export const licenseServer: ServiceModule = (authority) => ({
  routes: [acquireRoute(authority), pickupRoute(authority), ...pageRoutes(authority)],
  openApi,
})
