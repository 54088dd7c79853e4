import type { BenchKey, PlanBench } from '../run/plan-bench'
import { givingSource } from '../run/giving-source'
import type { ByteSource } from '../../io/byte-source'
import { madeAsf } from '../media/made-asf'
import { madeMp4 } from '../media/made-mp4'
import type { SourceCover } from '../media/source-cover'
import type { PipelinePlan } from './pipeline-plan'

/** The file of a plan, as its disturbance lets it be read. */
export const planSource = async (bench: PlanBench, plan: PipelinePlan, { keyId: own, key }: BenchKey): Promise<ByteSource> => {
  const { container, media, packetSize, fragment, source, disturbance } = plan
  const keyId = disturbance.type === 'NamesTargetKey' ? bench.targetKey(plan.target === 'cocktail', 0).keyId : own
  const cover: SourceCover | undefined = source === 'none' ? undefined : { scheme: source, keyId, key }
  const bytes = container === 'asf' ? await madeAsf(media, { packetSize, cover }) : madeMp4(media, { fragment, cover })
  switch (disturbance.type) {
    case 'SourceFails':
      return givingSource(bytes, { failsAt: disturbance.at })
    case 'SourceEnds':
      return givingSource(bytes.slice(0, Math.floor(bytes.length * disturbance.share)))
    case 'ShortReads':
      return givingSource(bytes, { largestRead: disturbance.bytes })
    default:
      return givingSource(bytes)
  }
}
