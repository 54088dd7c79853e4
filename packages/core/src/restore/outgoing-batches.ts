import type { OpenedBackup, OpenedSegment } from '../backup/open-backup'
import { newEvent } from '../event/define-event'
import type { RequiredVersion } from '../identity/security-version'
import { record, type ProcessContext } from '../process/run-process'
import type { OutgoingBatch } from './restore-batches'
import { RestorePartSkipped, restoreStream } from './restore-event'
import type { RestoreTally } from './restore-tally'
import { lineFacts } from './restored-license'

const LINE_FEED = Uint8Array.of(0x0a)

const outgoing = ({ segment, leaves, lines }: OpenedSegment, idem: string): OutgoingBatch => ({
  segment: segment.name,
  leaves,
  lines: Buffer.concat(lines.flatMap((line) => [line, LINE_FEED])),
  idem,
})

const batchId = (run: string, segment: string): string => `${run}/${segment}`

/**
 * The batches of a restore, one for each segment that is not done. Of a salvaged set the damaged lines stay out, and each
 * segment that has some is told once.
 */
export async function* segmentBatches(
  context: ProcessContext,
  backup: OpenedBackup,
  run: string,
  { done, skipped }: RestoreTally
): AsyncGenerator<OutgoingBatch, void> {
  for await (const part of backup.segments()) {
    const idem = batchId(run, part.segment.name)
    if (done.has(idem)) continue
    if (part.damaged.length > 0 && !skipped.has(part.segment.name)) {
      const event = newEvent(RestorePartSkipped, { run, segment: part.segment.name, lines: [...part.damaged] })
      await record(context, restoreStream(run), run, event)
    }
    if (part.lines.length > 0) yield outgoing(part, idem)
  }
}

/** The same for the licenses that wait for an individualization only, once in each epoch of the device. */
export async function* pendingBatches(
  backup: OpenedBackup,
  { run, epoch }: { readonly run: string; readonly epoch: number },
  { pending, done }: RestoreTally
): AsyncGenerator<OutgoingBatch, void> {
  for await (const part of backup.segments()) {
    const lines = part.lines.filter((line) => pending.has(lineFacts(line)?.row ?? ''))
    const idem = `${batchId(run, part.segment.name)}/epoch-${epoch}`
    if (lines.length > 0 && !done.has(idem)) yield outgoing({ ...part, lines }, idem)
  }
}

/** The versions that waiting licenses ask for. */
export const pendingVersions = async (backup: OpenedBackup, { pending }: RestoreTally): Promise<ReadonlyArray<RequiredVersion>> => {
  const versions = new Set<RequiredVersion>()
  for await (const part of backup.segments()) {
    for (const line of part.lines) {
      const { row = '', security } = lineFacts(line) ?? {}
      if (security !== undefined && pending.has(row)) versions.add(security)
    }
  }
  return [...versions]
}
