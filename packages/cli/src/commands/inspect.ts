import { openFileSource } from '@custody/pipeline/io'
import { inspectMedia } from '@custody/pipeline/inspect'
import type { MediaReport } from '@custody/pipeline/media'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

import type { CommandFailure } from '../failure/command-failure'
import { pipelineFailure } from '../failure/pipeline-failure'
import { columns } from '../output/columns'
import type { Reporter } from '../output/reporter'
import { protectionReport, type ProtectionReport } from './protection-report'
import type { AddCommand } from './run'

const UNITS_PER_SECOND = 10_000_000

/** `custody inspect FILE`: what a media file holds, as far as it can be read. */
export const inspect =
  (reporter: Reporter) =>
  (path: string): TE.TaskEither<CommandFailure, void> =>
    pipe(
      openFileSource(path),
      TE.chainW((source) =>
        pipe(
          inspectMedia(source),
          TE.chainFirstW(() => source.close())
        )
      ),
      TE.bimap(pipelineFailure, (report) => {
        show(reporter, inspectionOf(report))
      })
    )

/** The object that `inspect --json` prints. @source docs/reference/command-line.md, "Files" */
interface Inspection {
  readonly container: string
  readonly durationSeconds: number
  readonly title?: string
  readonly streams: ReadonlyArray<{
    readonly number: number
    readonly kind: string
    readonly codec: string
    readonly samples: number
    readonly bytes: number
    readonly keyFrames: number
    readonly encrypted: boolean
    readonly width?: number
    readonly height?: number
    readonly channels?: number
    readonly sampleRate?: number
  }>
  readonly protection: ReadonlyArray<ProtectionReport>
  readonly warnings: ReadonlyArray<{ readonly offset: number; readonly what: string }>
}

const inspectionOf = ({ description, counts, duration, warnings }: MediaReport): Inspection => {
  const protection = protectionReport(description)
  return {
    container: description.container,
    durationSeconds: duration / UNITS_PER_SECOND,
    ...(description.title === undefined ? {} : { title: description.title }),
    streams: description.tracks.map((track) => {
      const count = counts.find(({ number }) => number === track.number)
      return {
        number: track.number,
        kind: track.kind,
        codec: track.codec,
        samples: count?.samples ?? 0,
        bytes: count?.bytes ?? 0,
        keyFrames: count?.keyFrames ?? 0,
        encrypted: track.encrypted,
        ...(track.video ?? {}),
        ...(track.audio ?? {}),
      }
    }),
    protection: protection.reports,
    warnings: [...warnings, ...protection.warnings],
  }
}

const show = (reporter: Reporter, inspection: Inspection): void => {
  reporter.emit({ ...inspection })
  const { title } = inspection
  reporter.answer(`${inspection.container}, ${inspection.durationSeconds.toFixed(3)} s${title === undefined ? '' : `, "${title}"`}`)
  const rows = inspection.streams.map((stream) => [
    String(stream.number),
    stream.kind,
    stream.codec,
    String(stream.samples),
    String(stream.bytes),
    String(stream.keyFrames),
    stream.encrypted ? 'protected' : 'clear',
  ])
  for (const line of columns([['stream', 'kind', 'codec', 'samples', 'bytes', 'key', 'state'], ...rows])) reporter.answer(line)
  for (const each of inspection.protection) {
    const of = each.keyIds.length > 0 ? ` key ID ${each.keyIds.join(', ')}` : ''
    reporter.answer(`${each.kind}${of}${each.licenseUrl === undefined ? '' : ` license from ${each.licenseUrl}`}`)
  }
  for (const warning of inspection.warnings) reporter.answer(`warning: at byte ${String(warning.offset)}: ${warning.what}`)
}

/** Adds `inspect`. */
export const addInspect: AddCommand = (program, perform) => {
  program
    .command('inspect <file>')
    .description('container, streams, protection headers, and what is wrong with them')
    .action(
      perform(
        (_, file = '') =>
          ({ reporter }) =>
            inspect(reporter)(file)
      )
    )
}
