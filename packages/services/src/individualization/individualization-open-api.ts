import { INDIVIDUALIZATION_PATH, VERSION_PATH } from '@custody/core/individualization'

import { jsonOf, PROOF_PARAMETER, signedResponses, textOf, type OpenApiPaths } from '../server/open-api'
import { PACKAGES_PATH } from './package-store'

const TAGS = ['individualization']
const text = { type: 'string' }
const key = {
  type: 'object',
  properties: { crv: { const: 'P-256' }, kty: { const: 'EC' }, x: text, y: text },
  required: ['crv', 'kty', 'x', 'y'],
  additionalProperties: false,
}

const body = {
  type: 'object',
  properties: {
    v: { const: 1 },
    epoch: { type: 'integer', minimum: 1 },
    signing: key,
    agreement: key,
    scope: key,
    scopeProof: text,
    consent: { type: 'object' },
    forced: { type: 'boolean' },
    credential: text,
    continuity: text,
  },
  required: ['v', 'epoch', 'signing', 'agreement', 'scope', 'scopeProof', 'consent', 'forced'],
  additionalProperties: false,
}

/** The routes of the Individualization Service in words. */
export const individualizationOpenApi: OpenApiPaths = {
  [VERSION_PATH]: {
    get: { summary: 'The newest version', tags: TAGS, responses: { 200: textOf('Compact JWS custody-version+1.', 'application/jose') } },
  },
  [INDIVIDUALIZATION_PATH]: {
    post: {
      summary: 'A credential for new device keys',
      tags: TAGS,
      parameters: [PROOF_PARAMETER],
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
      responses: signedResponses('Credential, sealed diversifier, package descriptor and the next continuity token.', {
        403: 'ConsentMissing, CredentialInvalid, DeviceCloned or IndividualizationFraudLimit.',
      }),
    },
  },
  [`${PACKAGES_PATH}/{package}`]: {
    get: {
      summary: 'A package, whole or in part',
      tags: TAGS,
      parameters: [
        { name: 'package', in: 'path', required: true, schema: text },
        { name: 'range', in: 'header', schema: text },
        { name: 'if-range', in: 'header', schema: text },
      ],
      responses: {
        200: textOf('All lines.', 'application/x-ndjson'),
        206: textOf('The bytes of the range.', 'application/x-ndjson'),
        404: jsonOf('No such package.', { $ref: '#/components/schemas/Error' }),
        416: textOf('The range begins behind the end.', 'application/x-ndjson'),
      },
    },
  },
}
