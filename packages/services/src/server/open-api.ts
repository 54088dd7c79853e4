/** An operation of OpenAPI 3.1, as far as it is written here. */
export interface OpenApiOperation {
  readonly summary: string
  readonly tags: ReadonlyArray<string>
  readonly parameters?: ReadonlyArray<object>
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, object>>
}

/** Paths with parameters in braces, each with its operations by method in lower case. */
export type OpenApiPaths = Readonly<Record<string, Readonly<Partial<Record<'get' | 'post', OpenApiOperation>>>>>

/** A body of text of one media type, in the words of OpenAPI. */
export const textOf = (description: string, mediaType: string) => ({
  description,
  content: { [mediaType]: { schema: { type: 'string' } } },
})

/** A JSON body, in the words of OpenAPI. */
export const jsonOf = (description: string, schema: object) => ({ description, content: { 'application/json': { schema } } })

/** The header that carries the proof of a request. */
export const PROOF_PARAMETER = {
  name: 'custody-request',
  in: 'header',
  required: true,
  description: 'Compact JWS custody-request+1 by the device: audience, method, path, nonce, idempotency key, time, SHA-256 of the body.',
  schema: { type: 'string' },
}

const NONCE = { 'custody-nonce': { description: 'Nonce for the next request, taken for 300 seconds.', schema: { type: 'string' } } }

const signed = (description: string) => ({ ...textOf(`${description} Compact JWS custody-reply+1.`, 'application/jose'), headers: NONCE })

/** What a signed route may answer. @param refusals descriptions by status. */
export const signedResponses = (answered: string, refusals: Readonly<Record<string, string>>): OpenApiOperation['responses'] => ({
  200: signed(answered),
  400: jsonOf('No request of this form; unsigned.', { $ref: '#/components/schemas/Error' }),
  401: signed('NonceRequired or ProofInvalid.'),
  409: signed('IdempotencyConflict: the same key with another body.'),
  429: signed('RateLimited; unsigned before the request was proved.'),
  503: jsonOf('Away for now; unsigned.', { $ref: '#/components/schemas/Error' }),
  ...Object.fromEntries(Object.entries(refusals).map(([status, text]) => [status, signed(text)])),
})

/** The whole document. */
export const openApiDocument = (paths: ReadonlyArray<OpenApiPaths>) => ({
  openapi: '3.1.0',
  info: {
    title: 'Services of Custody',
    version: '1',
    description: 'Requests are signed by the device, replies by the service. See docs/reference/protocols.md.',
  },
  paths: Object.fromEntries(paths.flatMap((part) => Object.entries(part))),
  components: {
    schemas: {
      Error: {
        type: 'object',
        properties: { error: { type: 'string' } },
        required: ['error'],
        additionalProperties: false,
      },
    },
  },
})
