import type { StoredEvent } from '@custody/core/event'
import type { ProcessContext } from '@custody/core/process'
import { resumeDirectoryTarget, type DirectoryTarget, type KeptFiles, type ResumedDirectory } from '@custody/pipeline/io'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as J from 'fp-ts/Json'
import * as t from 'io-ts'
import { lastValueFrom, toArray } from 'rxjs'

import type { ExportScheme } from '../contract/adapter'
import type { ExportRequest } from './export-request'
import { step } from './run-process'
import {
  ExportBegun,
  ExportEnded,
  TransferCancelled,
  TransferCheckpointed,
  TransferFailed,
  transferStream,
} from './transfer-event'

/** File in a package that is being made. It names the export in the log; what is durable of it, the log says. */
export const UNFINISHED = '.custody-unfinished'

const Unfinished = t.type({
  useId: t.string,
  salvage: t.boolean,
  /** Bytes of the source; `null` where its length is not known. */
  sourceBytes: t.union([t.number, t.null]),
})

/** Every sample brings its own IV. Where one IV stands in the header for all of them, samples under another would not open. */
const RESUMABLE: ExportScheme = 'cenc'

/** An export that a killed process left, and its folder. */
export interface UnfinishedExport {
  readonly useId: string
  readonly directory: ResumedDirectory
}

/** The export that is asked for. */
export type WantedExport = Pick<ExportRequest, 'directory' | 'adapter' | 'overwrite' | 'salvage' | 'targetKeys'> & {
  readonly scheme: ExportScheme
  readonly sourceBytes: number | undefined
}

/** Marks a folder, durably, before the first key leaves the vault. */
export const markUnfinished = async (directory: DirectoryTarget, wanted: WantedExport, useId: string): Promise<void> => {
  const marker = Unfinished.encode({ useId, salvage: wanted.salvage === true, sourceBytes: wanted.sourceBytes ?? null })
  const sink = await step(directory.file(UNFINISHED))
  await step(sink.write([new TextEncoder().encode(JSON.stringify(marker))]))
  await step(sink.commit())
}

/**
 * Takes over what a killed process left of the same export at the same place: undefined where there is nothing, or of another
 * export, or of another scheme than `cenc`. Keys that are given are asked for anew.
 */
export const takeUnfinished = async (context: ProcessContext, wanted: WantedExport): Promise<UnfinishedExport | undefined> => {
  if (wanted.targetKeys !== undefined || wanted.scheme !== RESUMABLE) return undefined
  let useId = ''
  const choose = async (marker: Uint8Array): Promise<KeptFiles | undefined> => {
    const read = pipe(J.parse(new TextDecoder().decode(marker)), E.chainW((json) => Unfinished.decode(json)))
    if (E.isLeft(read) || read.right.salvage !== (wanted.salvage === true)) return undefined
    if (read.right.sourceBytes !== (wanted.sourceBytes ?? null)) return undefined
    useId = read.right.useId
    const events = await lastValueFrom(context.home.store.read(transferStream(useId)).pipe(toArray()))
    return keptOf(events, wanted)
  }
  const overwrite = wanted.overwrite === true
  const directory = await step(resumeDirectoryTarget(wanted.directory, { overwrite, marker: UNFINISHED, choose }))
  return directory && { useId, directory }
}

const ENDS: ReadonlySet<string> = new Set([ExportEnded, TransferCancelled, TransferFailed].map(({ type }) => type))

const keptOf = (events: ReadonlyArray<StoredEvent>, { adapter, scheme }: WantedExport): KeptFiles | undefined => {
  const begun = events.find(({ type }) => type === ExportBegun.type)
  if (begun === undefined || !ExportBegun.data.is(begun.data) || events.some(({ type }) => ENDS.has(type))) return undefined
  if (begun.data.system !== adapter.describe.name || begun.data.scheme !== scheme) return undefined
  const last = events.filter(({ type }) => type === TransferCheckpointed.type).at(-1)
  if (last === undefined) return new Map()
  return TransferCheckpointed.data.is(last.data) ? new Map(last.data.tracks.map(({ file, bytes }) => [file, bytes])) : undefined
}
