import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import type { MediaReport } from '../../media/media-report'
import { demuxAsf } from '../demux/demux-asf'
import { describeAsf } from '../describe/describe-asf'
import type { AsfHeader } from '../header/asf-header'
import { createCountingReceiver } from './counting-receiver'

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
    const report = await demuxAsf(source, header, counting.receiver, {
      salvage: true,
      largestSample: Infinity,
    })()
    if (E.isLeft(report)) return report
    return E.right({
      description,
      counts: counting.counts(),
      duration: description.duration ?? counting.span(),
      warnings: [...header.warnings, ...report.right.warnings],
    })
  }
