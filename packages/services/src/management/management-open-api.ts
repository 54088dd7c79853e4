import { batchPath, CREDENTIAL_HEADER, endPath, HISTORY_PATH, RESTORE_PATH } from '@custody/core/restore'

import { jsonOf, PROOF_PARAMETER, signedResponses, textOf, type OpenApiPaths } from '../server/open-api'

const TAGS = ['management']
const text = { type: 'string' }

/** This service's routes in words. */
export const managementOpenApi: OpenApiPaths = {
  [RESTORE_PATH]: {
    post: {
      summary: 'Open a restore',
      tags: TAGS,
      parameters: [PROOF_PARAMETER],
      requestBody: jsonOf('Manifest, credential, proof of the scope key and consent.', { type: 'object' }),
      responses: signedResponses('Session, its key sealed to the computer, and the issuers that are believed.', {
        403: 'CertificateInvalid, CertificateRevoked, DeviceCloned, ConsentMissing or GuardWrong.',
        422: 'BackupDamaged, ForeignBackup or SealBroken.',
      }),
    },
  },
  [batchPath('{session}')]: {
    post: {
      summary: 'Restore a batch of licenses',
      tags: TAGS,
      parameters: [PROOF_PARAMETER, { name: 'session', in: 'path', required: true, schema: text }],
      requestBody: textOf('A line of JSON that names the segment and its leaves, then lines of the segment.', 'application/x-ndjson'),
      responses: signedResponses('A verdict on each license, and the keys of the accepted ones sealed to the computer.', {
        403: 'CertificateRevoked.',
        410: 'SessionExpired.',
        422: 'BackupDamaged.',
      }),
    },
  },
  [endPath('{session}')]: {
    post: {
      summary: 'End a session before its time',
      tags: TAGS,
      parameters: [PROOF_PARAMETER, { name: 'session', in: 'path', required: true, schema: text }],
      requestBody: jsonOf('The version of this message.', { type: 'object' }),
      responses: signedResponses('The session, which is over; its keys are removed.', { 410: 'SessionExpired.' }),
    },
  },
  [HISTORY_PATH]: {
    get: {
      summary: 'Computers that restored licenses which the asking computer is counted for',
      tags: TAGS,
      parameters: [PROOF_PARAMETER, { name: CREDENTIAL_HEADER, in: 'header', required: true, schema: text }],
      responses: signedResponses('Pseudonyms of computers with times.', { 403: 'CertificateInvalid or CertificateRevoked.' }),
    },
  },
}
