import { newEvent, type StoredEvent } from '@custody/core/event'
import { authorizeExport } from '@custody/core/transfer'
import type { TargetKeyRequest } from '@custody/core/vault'
import type { ProcessContext } from '@custody/core/process'
import { openDirectoryTarget, openFileSource, type DirectoryTarget } from '@custody/pipeline/io'
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
import { StreamsDeclaredClear, StreamsLeftOut, transferStream } from './transfer-event'

/**
 * Exports protected ASF to a third-party rights system: authorises by license, transcrypts inside the sealed operator, and
 * packages one file per track with manifests. Emits each event once it is stored. A refusal is an event (`ExportRefused`), after
 * which the process completes.
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
        const directory = await step(openDirectoryTarget(request.directory, { overwrite: request.overwrite === true }))
        await exportFile(context, { ...request, scheme, registered: env.registered }, { file, protection, plan, targetKeys, directory })
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
  readonly directory: DirectoryTarget
}

type SettledRequest = ExportRequest & { readonly scheme: ExportScheme } & Pick<TransferEnv, 'registered'>

const exportFile = async (context: ProcessContext, request: SettledRequest, prepared: PreparedExport): Promise<void> => {
  const { file, protection, plan, targetKeys, directory } = prepared
  const { adapter, scheme, registered } = request
  try {
    if (context.isCancelled()) return
    const decision = await step(
      authorizeExport(context.home)({
        keyId: protection.keyId,
        system: adapter.describe.systemId,
        action: 'Copy',
        source: { digest: file.digest },
        ...(protection.securityVersion === undefined ? {} : { contentVersion: protection.securityVersion }),
        registered,
        targetKeys,
      })
    )
    if (decision.type === 'Refused') return
    const { useId } = decision
    await guardTransfer(context, {
      useId,
      run: async () => {
        await noteStreams(context, useId, plan)
        return exportSamples(context, { ...prepared, sourceScheme: protection.scheme, adapter, scheme, decision, request })
      },
      abort: directory.abort(),
    })
  } finally {
    await directory.abort()()
  }
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
