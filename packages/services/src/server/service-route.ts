import type { KeyObject } from 'node:crypto'
import type { Readable } from 'node:stream'

import type { RequestProof, ServiceName, ServiceRefusal } from '@custody/core/exchange'
import type { CoreFault } from '@custody/core/fault'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import type * as t from 'io-ts'

import type { Authority } from '../authority/authority'
import type { OpenApiPaths } from './open-api'

/** What a service says to a request that it believes; it is signed with the service's key. */
export type Answer =
  | { readonly type: 'Answer'; readonly body: unknown }
  | { readonly type: 'Refusal'; readonly status: number; readonly refusal: ServiceRefusal }

/** A refusal. */
export type Refusal = Extract<Answer, { readonly type: 'Refusal' }>

/** Says yes with a body, JSON. */
export const answer = (body: unknown): Answer => ({ type: 'Answer', body })

/** Says no. @param reason a tag of docs/reference/protocols.md, section 11. @param text one line for a person, without secrets. */
export const refuse = (status: number, reason: string, text: string, url?: string): Refusal => ({
  type: 'Refusal',
  status,
  refusal: { reason, text, ...(url !== undefined && { url }) },
})

/** Values of the path's parameters by name. */
export type PathValues = Readonly<Record<string, string>>

/** Who must have signed a request. */
export interface Signer {
  /** Public key on P-256 of the device. */
  readonly key: KeyObject
  /** The computer, see `machineId`: what limits count by and logs name. */
  readonly mid: string
}

/** A request that was believed: fresh, meant for this service and path, and signed by its {@link Signer}. */
export interface BelievedRequest<B> extends Signer {
  readonly body: B
  readonly values: PathValues
  readonly proof: RequestProof
}

/** A `POST` with a signed request and a signed reply. */
export interface SignedRoute<B> {
  /** Names the audience of requests, and with {@link serviceKeyUse} the key of replies. */
  readonly service: ServiceName
  /** As in `/v1/restore/sessions/:session/batches`. */
  readonly path: string
  readonly codec: t.Type<B, unknown>
  /** Finds the key in the body or in a session. Nothing of the body is believed yet. */
  readonly signer: (body: B, values: PathValues) => TaskEither<CoreFault | Refusal, Signer>
  /** Faults are answered unsigned with 503 or 500, and the client comes again. */
  readonly handle: (request: BelievedRequest<B>) => TaskEither<CoreFault, Answer>
}

/** A request whose body has the right form. */
export interface OpenedRequest {
  readonly signer: TaskEither<CoreFault | Refusal, Signer>
  readonly handle: (signer: Signer, proof: RequestProof) => TaskEither<CoreFault, Answer>
}

/** What a request carries beside its proof. */
export interface RequestContent {
  readonly bytes: Uint8Array
  /** The body as JSON; nothing where it is none. */
  readonly json: () => unknown
  /** Value of a header by its name in lower case. */
  readonly header: (name: string) => string | undefined
}

/** A {@link SignedRoute} or {@link ContentRoute} of whatever body. */
export interface AnySignedRoute {
  readonly kind: 'signed'
  readonly method: 'GET' | 'POST'
  readonly service: ServiceName
  readonly path: string
  /** Nothing for a content of another form. */
  readonly open: (content: RequestContent, values: PathValues) => OpenedRequest | undefined
}

/** A signed request whose body is no JSON, or whose handler reads it itself. */
export interface ContentRoute {
  readonly service: ServiceName
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Whether the content has the form that the route takes. */
  readonly accepts: (content: RequestContent) => boolean
  /** As {@link SignedRoute.signer}. */
  readonly signer: (content: RequestContent, values: PathValues) => TaskEither<CoreFault | Refusal, Signer>
  /** As {@link SignedRoute.handle}. */
  readonly handle: (
    request: Omit<BelievedRequest<never>, 'body'> & { readonly content: RequestContent }
  ) => TaskEither<CoreFault, Answer>
}

/** A reply as it goes out unsigned. */
export interface PlainReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Readable
}

/** A `GET` that anybody may ask: what it answers is public, or signed by itself. */
export interface PlainRoute {
  readonly kind: 'plain'
  readonly method: 'GET'
  readonly path: string
  readonly handle: (values: PathValues, header: (name: string) => string | undefined) => Promise<PlainReply>
}

/** A `POST` of a form that a browser sends: nothing proves it, so whoever handles it looks for a proof inside. */
export interface FormRoute {
  readonly kind: 'form'
  readonly method: 'POST'
  readonly path: string
  readonly handle: (form: URLSearchParams) => Promise<PlainReply>
}

/** One service's part of an application. */
export interface ServiceRoutes {
  readonly routes: ReadonlyArray<AnySignedRoute | PlainRoute | FormRoute>
  /** The same routes in words. */
  readonly openApi: OpenApiPaths
  /** Removes what has lapsed; to be called from time to time. */
  readonly tidy?: TaskEither<CoreFault, unknown>
}

/** Makes the routes of a service over an authority. */
export type ServiceModule = (authority: Authority) => ServiceRoutes

/** A signed route for an application. */
export const signedRoute = <B>({ service, path, codec, signer, handle }: SignedRoute<B>): AnySignedRoute => ({
  kind: 'signed',
  method: 'POST',
  service,
  path,
  open: ({ json }, values) => {
    const body = codec.decode(json())
    if (E.isLeft(body)) return undefined
    return {
      signer: signer(body.right, values),
      handle: (found, proof) => handle({ ...found, body: body.right, values, proof }),
    }
  },
})

/** A signed route for an application, whose handler gets the content as it came. */
export const contentRoute = ({ service, method, path, accepts, signer, handle }: ContentRoute): AnySignedRoute => ({
  kind: 'signed',
  method,
  service,
  path,
  open: (content, values) =>
    accepts(content)
      ? {
          signer: signer(content, values),
          handle: (found, proof) => handle({ ...found, content, values, proof }),
        }
      : undefined,
})

/** A plain route for an application. */
export const plainRoute = (path: string, handle: PlainRoute['handle']): PlainRoute => ({ kind: 'plain', method: 'GET', path, handle })

/** A form's route for an application. */
export const formRoute = (path: string, handle: FormRoute['handle']): FormRoute => ({ kind: 'form', method: 'POST', path, handle })

/** The key that signs a service's replies. */
export const serviceKeyUse = {
  management: 'management-signing',
  individualization: 'individualization-signing',
  license: 'license-signing',
} as const
