import { NONCE_HEADER, REQUEST_HEADER } from '@custody/core/exchange'
import * as E from 'fp-ts/Either'
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'

import type { Authority } from '../authority/authority'
import { commonRoutes } from './common-routes'
import { issueNonce } from './nonce'
import { openApiDocument } from './open-api'
import { SERVICE_LIMITS, type ServiceLimits } from './service-limits'
import { serviceMetrics, type ServiceMetrics } from './service-metrics'
import { answerSigned, faultOutcome, type Outcome } from './signed-handler'
import type { AnySignedRoute, FormRoute, PathValues, PlainRoute, ServiceModule } from './service-route'
import { startTidying } from './tidying'
import { tokenBuckets, type TokenBuckets } from './token-bucket'

/** Takes lines of JSON, each one request or start. */
export interface LogSink {
  readonly write: (line: string) => void
}

/** Certificate chain and private key in PEM. */
export interface TlsKeys {
  readonly cert: string | Buffer
  readonly key: string | Buffer
}

/** What an application is made of. */
export interface ServiceApplicationOptions {
  readonly authority: Authority
  readonly services: ReadonlyArray<ServiceModule>
  readonly limits?: Partial<ServiceLimits>
  /** Gets one line of JSON for each request; nothing is logged without. */
  readonly logger?: LogSink
  readonly tls?: TlsKeys
}

/** Routes of all services over one authority; to be listened with, or asked in process. */
export interface ServiceApplication {
  readonly authority: Authority
  readonly fastify: FastifyInstance
  /** Path patterns with methods, as they are registered. */
  readonly routes: ReadonlyArray<{ readonly method: string; readonly path: string }>
  /** Takes no more requests, and resolves when those that run are answered. The authority stays open. */
  readonly close: () => Promise<void>
}

interface ApplicationEnv {
  readonly authority: Authority
  readonly limits: ServiceLimits
  readonly metrics: ServiceMetrics
  readonly computers: TokenBuckets
  readonly addresses: TokenBuckets | undefined
}

/** What is noted of a request for its line in the log. */
interface Note {
  readonly at: number
  readonly reason?: string | undefined
  readonly mid?: string | undefined
}

const MILLISECOND = 1000
const SECOND = 1_000_000
const BUSY = 429
const SERVER_FAILS = 500
const HEADERS_CHECK = 500
const EMPTY = Buffer.alloc(0)
const FORM_TYPE = 'application/x-www-form-urlencoded'
/** Bytes of a form. */
const FORM_LIMIT = 32 * 1024

const notes = new WeakMap<FastifyRequest, Note>()

const note = (request: FastifyRequest, more: Omit<Note, 'at'>): void => {
  const before = notes.get(request)
  if (before !== undefined) notes.set(request, { ...before, ...more })
}

const bodyOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : EMPTY)

const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}

const ERRORS: Readonly<Record<number, string>> = {
  400: 'RequestMalformed',
  404: 'NotFound',
  413: 'RequestTooLarge',
  429: 'RateLimited',
  503: 'ServiceUnavailable',
}

/**
 * Unsigned, and without detail. A busy service gives no nonce with it, because nothing of the reply is to be believed but that
 * one may come again.
 */
const sendPlainly = (env: ApplicationEnv, reply: FastifyReply, { status, reason, retryAfter }: Outcome): FastifyReply => {
  note(reply.request, { reason })
  if (reason !== undefined) env.metrics.refusal(reason)
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter))
  if (status !== BUSY && status < SERVER_FAILS) void reply.header(NONCE_HEADER, issueNonce(env.authority))
  return reply
    .code(status)
    .type('application/json')
    .send(JSON.stringify({ error: ERRORS[status] ?? 'ServiceFailed' }))
}

const send = (env: ApplicationEnv, reply: FastifyReply, outcome: Outcome): FastifyReply => {
  const { status, jws, reason, mid, retryAfter } = outcome
  note(reply.request, { mid })
  if (jws === undefined) return sendPlainly(env, reply, outcome)
  note(reply.request, { reason, mid })
  if (reason !== undefined) env.metrics.refusal(reason)
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter))
  return reply.code(status).header(NONCE_HEADER, issueNonce(env.authority)).type('application/jose').send(jws)
}

const addSigned = (app: FastifyInstance, env: ApplicationEnv, route: AnySignedRoute): void => {
  const { authority } = env
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const incoming = {
      header: (name: string) => headerOf(request, name),
      method: request.method,
      path: request.url,
      values: request.params as PathValues,
      proof: headerOf(request, REQUEST_HEADER),
      body: bodyOf(request),
    }
    const refreshed = await authority.refresh()
    return E.isLeft(refreshed)
      ? send(env, reply, faultOutcome(refreshed.left))
      : send(env, reply, await answerSigned(authority, route, env.computers, incoming))
  }
  app.route({ method: route.method, url: route.path, handler })
}

const addPlain = (app: FastifyInstance, env: ApplicationEnv, route: PlainRoute): void => {
  app.get(route.path, async (request, reply) => {
    const refreshed = await env.authority.refresh()
    if (E.isLeft(refreshed) && route.path !== '/healthz') return send(env, reply, faultOutcome(refreshed.left))
    const { status, headers, body } = await route.handle(request.params as PathValues, (name) => headerOf(request, name))
    if (status < SERVER_FAILS) void reply.header(NONCE_HEADER, issueNonce(env.authority))
    return reply.code(status).headers(headers).send(body)
  })
}

const addForm = (app: FastifyInstance, env: ApplicationEnv, route: FormRoute): void => {
  app.post(route.path, { bodyLimit: FORM_LIMIT }, async (request, reply) => {
    const refreshed = await env.authority.refresh()
    if (E.isLeft(refreshed)) return send(env, reply, faultOutcome(refreshed.left))
    if (headerOf(request, 'content-type')?.split(';')[0] !== FORM_TYPE) return send(env, reply, { status: 400, reason: 'RequestMalformed' })
    const { status, headers, body } = await route.handle(new URLSearchParams(bodyOf(request).toString('latin1')))
    return reply.code(status).headers(headers).send(body)
  })
}

/** Frames of a stack without its first line: a message may quote what it failed on. */
const framesOf = ({ stack = '' }: Error): string => stack.split('\n').filter((line) => line.startsWith('    at ')).join('\n')

const addErrors = (app: FastifyInstance, env: ApplicationEnv): void => {
  app.setNotFoundHandler((_, reply) => sendPlainly(env, reply, { status: 404, reason: 'NotFound' }))
  app.setErrorHandler((error: Error & { readonly statusCode?: number; readonly code?: string }, request, reply) => {
    const { statusCode = SERVER_FAILS, code = error.name } = error
    if (statusCode >= SERVER_FAILS) app.log.error({ route: routeOf(request), error: error.name, stack: framesOf(error) }, 'failed')
    return sendPlainly(env, reply, { status: statusCode, reason: code })
  })
}

const routeOf = ({ routeOptions: { url } }: FastifyRequest): string => url ?? 'unknown'

const addHooks = (app: FastifyInstance, env: ApplicationEnv): void => {
  const { authority, metrics, addresses } = env
  app.addHook('onRequest', async (request, reply) => {
    notes.set(request, { at: authority.clock.now() })
    const wait = addresses?.(request.ip) ?? 0
    if (wait > 0) await sendPlainly(env, reply, { status: BUSY, reason: 'RateLimited', retryAfter: wait })
  })
  app.addHook('onResponse', async (request, reply) => {
    const { at, mid, reason } = notes.get(request) ?? { at: authority.clock.now() }
    const taken = authority.clock.now() - at
    const route = routeOf(request)
    metrics.request(route, reply.statusCode, taken / SECOND)
    app.log.info({ mid, route, status: reply.statusCode, reason, ms: Math.round(taken / MILLISECOND) }, 'request')
  })
}

const instance = (limits: ServiceLimits, logger: LogSink | undefined, tls: TlsKeys | undefined): FastifyInstance => {
  const http = {
    maxHeaderSize: limits.header,
    headersTimeout: limits.headersTimeout,
    requestTimeout: limits.requestTimeout,
    connectionsCheckingInterval: Math.min(HEADERS_CHECK, limits.headersTimeout),
  }
  const options = {
    bodyLimit: limits.body,
    requestTimeout: limits.requestTimeout,
    forceCloseConnections: 'idle' as const,
    exposeHeadRoutes: false,
    logController: new LogController({ disableRequestLogging: true }),
    logger: logger === undefined ? false : { level: 'info', stream: { write: (line: string) => logger.write(line) }, base: null },
  }
  return tls === undefined
    ? fastify({ ...options, http })
    : (fastify({ ...options, https: { ...http, ...tls } }))
}

/** Puts the services of an authority together. Rejects for routes that contradict each other. */
export const serviceApplication = async (options: ServiceApplicationOptions): Promise<ServiceApplication> => {
  const { authority, services, logger, tls } = options
  const limits = { ...SERVICE_LIMITS, ...options.limits }
  const metrics = serviceMetrics()
  const { clock } = authority
  const addresses = limits.perAddress && tokenBuckets(clock, limits.perAddress)
  const env = { authority, limits, metrics, addresses, computers: tokenBuckets(clock, limits.perComputer) }
  const app = instance(limits, logger, tls)
  const registered: Array<{ readonly method: string; readonly path: string }> = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) registered.push({ method: one, path: url })
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
  addHooks(app, env)
  addErrors(app, env)
  const parts = services.map((service) => service(authority))
  const openApi = (): unknown => openApiDocument([common.openApi, ...parts.map((part) => part.openApi)])
  const common = commonRoutes(authority, metrics, openApi)
  for (const route of [common, ...parts].flatMap((part) => part.routes)) {
    if (route.kind === 'signed') addSigned(app, env, route)
    else if (route.kind === 'form') addForm(app, env, route)
    else addPlain(app, env, route)
  }
  let closing = false
  // A connection that is kept alive after its last answer would hold the closing up.
  app.addHook('onSend', async (_, reply) => {
    if (closing) void reply.header('connection', 'close')
  })
  await app.ready()
  const tidying = await startTidying(parts.flatMap(({ tidy }) => tidy ?? []))
  const close = async (): Promise<void> => {
    closing = true
    await app.close()
    await tidying.stop()
  }
  return { authority, fastify: app, routes: registered, close }
}
