import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import type { MediaIndex, MediaObject } from '../../media/media-details'
import type { MediaReport } from '../../media/media-report'
import { createWarningLog } from '../../media/warning-log'
import { demuxAsf } from '../demux/demux-asf'
import { headerDetails } from '../describe/asf-details'
import { describeAsf } from '../describe/describe-asf'
import type { AsfHeader } from '../header/asf-header'
import { createCountingReceiver } from './counting-receiver'
import { mediaIndex } from './media-index'

/**
 * Walks through all packets and counts. Damage never ends it: a file that is cut short is reported as far as it
 * goes, with warnings.
 *
 * @errors IoFault of the source only.
 */
export const inspectAsf =
  (source: ByteSource, header: AsfHeader): TaskEither<PipelineFault, MediaReport> =>
  async () => {
    const description = describeAsf(header)
    const counting = createCountingReceiver(description.tracks.map(({ number }) => number))
    const warnings = createWarningLog()
    const indexes: MediaIndex[] = []
    const behind: MediaObject[] = []
    const details = headerDetails(header, warnings)
    const report = await demuxAsf(source, header, counting.receiver, {
      salvage: true,
      largestSample: Infinity,
      onIndex: (object) => {
        const index = mediaIndex(object, warnings)
        indexes.push(index)
        behind.push({ name: index.kind, at: object.at, bytes: object.bytes.length, depth: 0 })
      },
    })()
    if (E.isLeft(report)) return report
    const { packets, end } = report.right
    return E.right({
      description,
      counts: counting.counts(),
      duration: description.duration ?? counting.span(),
      warnings: [...header.warnings, ...warnings.list(), ...report.right.warnings],
      details: {
        ...details,
        packets: { size: header.file.packetSize, count: packets },
        indexes,
        objects: [...frame(header, end, details.objects), ...behind],
      },
    })
  }

/** The Header Object around its children, and the Data Object. */
const frame = ({ size, data }: AsfHeader, end: number, children: ReadonlyArray<MediaObject>): ReadonlyArray<MediaObject> => [
  { name: 'Header', at: 0, bytes: size, depth: 0 },
  ...children,
  { name: 'Data', at: data.at, bytes: end - data.at, depth: 0 },
]
