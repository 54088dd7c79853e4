import { AUTHORITY_PATH } from '@custody/core/individualization'
import { publicJwk } from '@custody/core/certificate'
import * as E from 'fp-ts/Either'

import type { Authority } from '../authority/authority'
import { PAGES } from '../authority/authority-policy'
import { jsonOf, textOf, type OpenApiOperation, type OpenApiPaths } from './open-api'
import { pageOf } from './pages'
import type { ServiceMetrics } from './service-metrics'
import { plainRoute, type PlainReply, type ServiceRoutes } from './service-route'

/** Where the newest revocation data is fetched. */
export const REVOCATION_PATH = '/v1/revocation'

const OK = 200
const AWAY = 503

const reply = (status: number, mediaType: string, body: string): PlainReply => ({
  status,
  headers: { 'content-type': mediaType, 'cache-control': 'no-store' },
  body,
})

/** Answers a value as JSON. */
export const jsonReply = (status: number, value: unknown): PlainReply => reply(status, 'application/json', JSON.stringify(value))

/** Answers a compact JWS. */
export const jwsReply = (jws: string): PlainReply => reply(OK, 'application/jose', jws)

const object = { type: 'object' }
const html = { 200: textOf('A page.', 'text/html') }
const ofAuthority = (summary: string, responses: OpenApiOperation['responses']) => ({
  get: { summary, tags: ['authority'], responses },
})
const ofOperation = (summary: string, responses: OpenApiOperation['responses']) => ({
  get: { summary, tags: ['operation'], responses },
})

const openApi: OpenApiPaths = {
  [AUTHORITY_PATH]: ofAuthority('Trust document and root', {
    200: jsonOf('Trust document (JWS) and the root that signed it.', object),
  }),
  [REVOCATION_PATH]: ofAuthority('Revocation information and lists', {
    200: jsonOf('Information, lists and certificates, each a JWS.', object),
  }),
  [PAGES.privacy]: ofAuthority('Privacy statement', html),
  [PAGES.fraud]: ofAuthority('What to do when a license was restored too often', html),
  [PAGES.update]: ofAuthority('Renewal of components', html),
  '/healthz': ofOperation('Whether the service works', {
    200: jsonOf('It does.', object),
    503: jsonOf('The log does not answer.', object),
  }),
  '/metrics': ofOperation('Figures for Prometheus', { 200: textOf('Figures.', 'text/plain') }),
  '/openapi.json': ofOperation('This document', { 200: jsonOf('OpenAPI 3.1.', object) }),
}

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'",
}

const page = (path: string) => plainRoute(path, async () => ({ status: OK, headers: PAGE_HEADERS, body: pageOf(path) }))

/** The routes that every application has. @param documentOf gives the OpenAPI document of all routes. */
export const commonRoutes = (authority: Authority, metrics: ServiceMetrics, documentOf: () => unknown): ServiceRoutes => ({
  openApi,
  routes: [
    plainRoute(AUTHORITY_PATH, async () => jsonReply(OK, { trust: authority.trust().jws, root: publicJwk(authority.root) })),
    plainRoute(REVOCATION_PATH, async () => {
      const { information, lists } = authority.revocation()
      return jsonReply(OK, { information, lists: [...lists.values()].map(({ document }) => document), certificates: [] })
    }),
    page(PAGES.privacy),
    page(PAGES.fraud),
    page(PAGES.update),
    plainRoute('/healthz', async () => {
      const head = await authority.store.head()()
      return E.isRight(head) ? jsonReply(OK, { status: 'ok' }) : jsonReply(AWAY, { status: 'away' })
    }),
    plainRoute('/metrics', async () => reply(OK, metrics.mediaType, await metrics.text())),
    plainRoute('/openapi.json', async () => jsonReply(OK, documentOf())),
  ],
})
