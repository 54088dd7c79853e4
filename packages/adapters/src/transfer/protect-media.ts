import { titleFromMedia } from '@custody/core/catalog'
import { newEvent, type StoredEvent } from '@custody/core/event'
import { protectLicense, type ProtectedLicense } from '@custody/core/home'
import { defaultConditions } from '@custody/core/license'
import { secretLength } from '@custody/core/secret'
import { authorizeProtection, type ProtectionGrant } from '@custody/core/transfer'
import { reserveCounters } from '@custody/core/vault'
import type { ProcessContext } from '@custody/core/process'
import { openFileSink, openFileSource, type ByteSink } from '@custody/pipeline/io'
import { createPool } from '@custody/pipeline/lease'
import { openAsf, type AsfFile, type MediaWarning } from '@custody/pipeline/media'
import { demuxClear, mux, runPipeline, type MuxEvent } from '@custody/pipeline/operators'
import { protect, type ProtectTarget } from '@custody/pipeline/operators/protection'
import type { Observable } from 'rxjs'

import { buildAsfProtection } from '../systems/windows-media/asf-protection'
import { asfTime } from './asf-time'
import { guardTransfer } from './guarded-transfer'
import { noteDamage } from './note-damage'
import type { ProtectRequest } from './protect-request'
import { drain, record, runProcess, step } from './run-process'
import type { TransferEnv } from './transfer-env'
import { TransferError } from './transfer-error'
import { ProtectionBegun, ProtectionEnded, transferStream } from './transfer-event'

/** Ids of samples that one run sets aside under a key of its own; what it does not use is lost. */
const RESERVED_SAMPLES = 1n << 28n
/**
 * The same under a key that other homes may have: of its 2^32 ids a home has for 256 files, of 16 million samples each,
 * which is more than a day of picture and sound.
 */
const RESERVED_SHARED_SAMPLES = 1n << 24n

const FILE_ID_BYTES = 16
/** @source docs/reference/content-ciphers.md §1.1 and §2 */
const KEY_BYTES = { mce: 16, cocktail: 7 } as const

/**
 * Packages the owner's clear ASF: issues and stores a license, puts every sample under its content key, and writes the
 * protection headers. Emits each event once it is stored.
 *
 * @errors `TransferError`: `MalformedMedia`, `TruncatedMedia`, `WrongState` for a protected input, `BadInput` for a key of
 * another length than the scheme's, `KeyMismatch` for one that is not the key of its key ID here; those of files and store.
 */
export const protectMedia =
  (env: TransferEnv) =>
  (request: ProtectRequest): Observable<StoredEvent> =>
    runProcess(env, async (context) => {
      const source = await step(openFileSource(request.input))
      try {
        const file = await step(openAsf(source))
        requireClear(file)
        requireFitKey(request)
        const sink = await step(openFileSink(request.output, { overwrite: true }))
        try {
          if (context.isCancelled()) return
          const license = await step(protectLicense(context.home)(licenseFor(env, request, file)))
          const granted = await step(authorizeProtection(context.home)({ lid: license.lid }))
          await guardTransfer(context, {
            useId: granted.useId,
            run: () => protectSamples(context, request, { file, sink, license, granted }),
            abort: sink.abort(),
          })
        } finally {
          await sink.abort()()
        }
      } finally {
        await source.close()()
      }
    })

const requireClear = (file: AsfFile): void => {
  if (file.description.protection.length > 0 || file.description.tracks.some(({ encrypted }) => encrypted)) {
    throw new TransferError({ type: 'WrongState', expected: 'clear', found: 'content' })
  }
}

/** Before the license is issued: one under a key that the scheme cannot use would open nothing. */
const requireFitKey = ({ key, scheme }: ProtectRequest): void => {
  if (key === undefined) return
  const bytes = KEY_BYTES[scheme]
  if (key.type === 'key-seed') {
    if (scheme === 'mce') return
    throw new TransferError({ type: 'BadInput', where: 'content key', expected: `${String(bytes)} bytes`, found: 'a key seed' })
  }
  if (secretLength(key.secret) === bytes) return
  const found = `${String(secretLength(key.secret))} bytes`
  throw new TransferError({ type: 'BadInput', where: 'content key', expected: `${String(bytes)} bytes`, found })
}

const licenseFor = (
  { registered }: TransferEnv,
  { keyId, key, conditions, title, scheme }: ProtectRequest,
  { description }: AsfFile
): Parameters<ReturnType<typeof protectLicense>>[0] => ({
  conditions: conditions ?? defaultConditions(registered),
  ...titled(title ?? titleFromMedia(description.title ?? '')),
  freshBytes: KEY_BYTES[scheme],
  ...(keyId === undefined ? {} : { keyId }),
  ...(key?.type === 'content-key' ? { contentKey: key.secret } : {}),
  ...(key?.type === 'key-seed' ? { keySeed: key.secret } : {}),
})

/** Nothing to read leaves the catalog as it is. */
const titled = (title: string | undefined): { readonly title?: string } => (title === undefined ? {} : { title })

/** A packaging that is authorised. */
interface AuthorizedProtection {
  readonly file: AsfFile
  readonly sink: ByteSink
  readonly license: ProtectedLicense
  readonly granted: ProtectionGrant
}

const protectSamples = async (
  context: ProcessContext,
  request: ProtectRequest,
  { file, sink, license, granted }: AuthorizedProtection
): Promise<boolean> => {
  const { keyId, lid, fresh } = license
  const { useId } = granted
  const stream = transferStream(useId)
  const streams = [...file.tracks.keys()]
  const target = await protectionTarget(context, request, { file, keyId, fresh })
  await record(context, stream, newEvent(ProtectionBegun, { useId, lid, keyId, scheme: request.scheme, streams }))
  const pool = request.pool ?? createPool()
  let damage: ReadonlyArray<MediaWarning> = []
  const security = request.conditions?.requires?.security
  const samples = runPipeline(
    pool,
    demuxClear(file, pool, {
      salvage: request.salvage === true,
      onReport: ({ warnings }) => {
        damage = warnings
      },
    }),
    protect(granted.grant, target),
    mux({
      container: 'asf',
      sink,
      model: file,
      scheme: request.scheme,
      ...(request.title === undefined ? {} : { title: request.title }),
      fileId: context.home.random.bytes(FILE_ID_BYTES),
      creationTime: asfTime(context.home.clock.now()),
      ...buildAsfProtection({
        scheme: request.scheme,
        keyId,
        licenseUrl: '',
        streams,
        ...(security === undefined ? {} : { securityVersion: security }),
      }),
    })
  )
  const last = await drain<MuxEvent>(context, samples, ({ samples: count, bytes }) =>
    request.onProgress?.({ samples: count, bytes, inputBytes: file.source.length })
  )
  if (last?.type !== 'Finished' || context.isCancelled()) return false
  await noteDamage(context, useId, { salvaged: request.salvage === true, warnings: damage })
  await step(sink.commit())
  await record(context, stream, newEvent(ProtectionEnded, { useId, samples: last.samples, bytes: last.bytes }))
  return true
}

/** Counters of AES are reserved before a sample uses one; the classic cipher has none. */
const protectionTarget = async (
  { home }: ProcessContext,
  { scheme }: ProtectRequest,
  { file, keyId, fresh }: Pick<AuthorizedProtection, 'file'> & Pick<ProtectedLicense, 'keyId' | 'fresh'>
): Promise<ProtectTarget> => {
  if (scheme === 'cocktail') return { scheme, keyId, packetSize: file.header.file.packetSize }
  const count = fresh ? RESERVED_SAMPLES : RESERVED_SHARED_SAMPLES
  return { scheme, keyId, counters: await step(reserveCounters(home)({ keyId, count, shared: !fresh })) }
}
