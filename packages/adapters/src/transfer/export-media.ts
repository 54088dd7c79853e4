import { newEvent, type StoredEvent } from '@custody/core/event'
import { authorizeExport, resumeExport, type ExportDecision, type ResumeDecision } from '@custody/core/transfer'
import type { TargetKeyRequest } from '@custody/core/vault'
import type { ProcessContext } from '@custody/core/process'
import { openDirectoryTarget, openFileSource, type DirectoryTarget, type KeptFiles, type ResumedDirectory } from '@custody/pipeline/io'
import { openAsf, type AsfFile } from '@custody/pipeline/media'
import * as TE from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'

import type { AsfProtection } from '../systems/windows-media/asf-protection'
import { readAsfProtection } from '../systems/windows-media/asf-protection'
import type { ExportScheme } from '../contract/adapter'
import { exportSamples } from './export-samples'
import { planExport, type ExportPlan } from './export-plan'
import type { ExportRequest } from './export-request'
import { guardTransfer } from './guarded-transfer'
import { record, runProcess, step } from './run-process'
import type { TransferEnv } from './transfer-env'
import { targetKeysFor } from './target-keys'
import { TransferError } from './transfer-error'
import { StreamsDeclaredClear, StreamsLeftOut, TransferResumed, transferStream } from './transfer-event'
import { markUnfinished, takeUnfinished, type WantedExport } from './unfinished-export'

/**
 * Exports protected ASF to a third-party rights system: authorises by license, transcrypts inside the sealed operator, and
 * packages one file per track with manifests. Emits each event once it is stored. A refusal is an event (`ExportRefused`), after
 * which the process completes. An export of the same file to the same place whose process was killed is gone on with, from its last
 * checkpoint, under the use and the keys of then.
 *
 * @errors `TransferError`: `PairUnknown`, `WrongState` for an input that is not protected, `BadInput` for
 * keys that do not fit; the faults of the format with byte offsets; `TargetExists`; those of files, grant and store.
 */
export const exportMedia =
  (env: TransferEnv) =>
  (request: ExportRequest): Observable<StoredEvent> =>
    runProcess(env, async (context) => {
      const scheme = schemeFor(request)
      const source = await step(openFileSource(request.input))
      try {
        const file = await step(openAsf(source))
        const protection = protectionOf(file)
        const plan = await step(TE.fromEither(planExport(file)))
        const targetKeys = await step(TE.fromEither(targetKeysFor(request, scheme, plan.tracks.length)))
        const settled = { ...request, scheme, registered: env.registered, sourceBytes: source.length }
        const planned = { file, protection, plan, targetKeys }
        const unfinished = await takeUnfinished(context, settled)
        if (unfinished !== undefined && (await exportFile(context, settled, { ...planned, ...unfinished })) !== 'NotResumable') return
        const directory = await step(openDirectoryTarget(request.directory, { overwrite: request.overwrite === true }))
        await exportFile(context, settled, { ...planned, directory })
      } finally {
        await source.close()()
      }
    })

const schemeFor = ({ adapter, scheme }: ExportRequest): ExportScheme => {
  const { name, capabilities } = adapter.describe
  const wanted = scheme ?? capabilities.schemes[0]
  if (wanted === undefined || !capabilities.schemes.includes(wanted)) {
    throw new TransferError({ type: 'PairUnknown', system: name, scheme: wanted ?? '' })
  }
  return wanted
}

const protectionOf = (file: AsfFile): AsfProtection => {
  const read = readAsfProtection(file.description)
  if (read._tag === 'Left') throw new TransferError(read.left)
  if (read.right === undefined) throw new TransferError({ type: 'WrongState', expected: 'content', found: 'clear' })
  return read.right
}

/** An export that is planned and has its folder. */
interface PreparedExport {
  readonly file: AsfFile
  readonly protection: AsfProtection
  readonly plan: ExportPlan
  readonly targetKeys: ReadonlyArray<TargetKeyRequest>
  readonly directory: DirectoryTarget | ResumedDirectory
  /** Of the killed run that is gone on with. */
  readonly useId?: string
}

type SettledRequest = ExportRequest & WantedExport & Pick<TransferEnv, 'registered'>

type Decision = ExportDecision | ResumeDecision

const exportFile = async (
  context: ProcessContext,
  request: SettledRequest,
  prepared: PreparedExport
): Promise<Decision['type'] | undefined> => {
  const { plan, directory } = prepared
  const { adapter, scheme } = request
  try {
    if (context.isCancelled()) return undefined
    const decision = await decide(context, request, prepared)
    if (decision.type !== 'Granted') return decision.type
    const { useId } = decision
    const kept = 'kept' in directory ? directory.kept : undefined
    await guardTransfer(context, {
      useId,
      run: async () => {
        if (kept === undefined) {
          await markUnfinished(directory, request, useId)
          await noteStreams(context, useId, plan)
        } else await noteResumption(context, useId, plan, kept)
        const sourceScheme = prepared.protection.scheme
        return exportSamples(context, { ...prepared, sourceScheme, adapter, scheme, decision, request, ...(kept && { kept }) })
      },
      abort: directory.abort(),
    })
    return decision.type
  } finally {
    await directory.abort()()
  }
}

const decide = (
  { home }: ProcessContext,
  { adapter, registered }: SettledRequest,
  { file, protection, targetKeys, useId }: PreparedExport
): Promise<Decision> => {
  const asked = {
    keyId: protection.keyId,
    system: adapter.describe.systemId,
    action: 'Copy' as const,
    source: { digest: file.digest },
    ...(protection.securityVersion === undefined ? {} : { contentVersion: protection.securityVersion }),
    registered,
  }
  return useId === undefined ? step(authorizeExport(home)({ ...asked, targetKeys })) : step(resumeExport(home)({ ...asked, useId }))
}

const noteResumption = async (context: ProcessContext, useId: string, { tracks }: ExportPlan, kept: KeptFiles): Promise<void> => {
  const placed = tracks.flatMap(({ track: { number }, file }) => {
    const bytes = kept.get(file)
    return bytes === undefined ? [] : [{ number, file, bytes }]
  })
  await record(context, transferStream(useId), newEvent(TransferResumed, { useId, tracks: placed }))
}

const noteStreams = async (context: ProcessContext, useId: string, plan: ExportPlan): Promise<void> => {
  const stream = transferStream(useId)
  if (plan.leftOut.length > 0) {
    await record(context, stream, newEvent(StreamsLeftOut, { useId, streams: plan.leftOut }))
  }
  if (plan.declaredClear.length > 0) {
    await record(context, stream, newEvent(StreamsDeclaredClear, { useId, streams: plan.declaredClear }))
  }
}
