import { expectedRanges, enciphered, type ExpectedRange, type MadePattern, type Stretch } from '../oracle/expected-ranges'
import { sampleBytes, type MadeSample } from '../media/made-media'
import { usualPattern } from '../media/source-cover'
import type { PipelinePlan, PlanStep } from './pipeline-plan'

/** A sample as it has to leave, told from how it was made. */
export interface ExpectedSample {
  readonly sample: MadeSample
  /** In the form of the target. */
  readonly bytes: Uint8Array
  /** The same NAL units behind lengths, which `protect` may write instead (ADR 46). */
  readonly behindLengths: Uint8Array | undefined
  readonly ranges: ReadonlyArray<ExpectedRange> | undefined
  readonly pattern: MadePattern | undefined
  /** What the target enciphers of it. */
  readonly covered: ReadonlyArray<Stretch>
}

/** Whether samples of the target are NAL units behind lengths, with clear headers. */
export const hasNalForm = ({ target }: PipelinePlan): boolean => target !== 'mce' && target !== 'cocktail'

const keptBy =
  (steps: ReadonlyArray<PlanStep>) =>
  ({ track }: MadeSample): boolean =>
    steps.every((step) => step.type !== 'SelectStreams' || step.streams.includes(track))

/** The samples that a complete run writes, in the order of the file. */
export const expectedSamples = (plan: PipelinePlan): ReadonlyArray<ExpectedSample> =>
  plan.media.samples
    .filter(keptBy([...plan.before, ...plan.after]))
    .map((sample) => expectedSample(plan, sample))
    // A sample without bytes has nothing to take from one key to another, and is left out.
    .filter(({ bytes }) => bytes.length > 0 || plan.source === 'none')

const expectedSample = (plan: PipelinePlan, sample: MadeSample): ExpectedSample => {
  const scheme = plan.target
  const bytes = sampleBytes(sample, hasNalForm(plan) ? 'mp4' : plan.container)
  const ranges = hasNalForm(plan) ? expectedRanges(sample, scheme) : undefined
  const pattern = usualPattern(scheme, Array.isArray(sample.content))
  const mayChange = plan.source === 'none' && scheme === 'mce' && Array.isArray(sample.content)
  const behindLengths = mayChange ? sampleBytes(sample, 'mp4') : undefined
  return { sample, bytes, behindLengths, ranges, pattern, covered: enciphered(bytes.length, { scheme, ranges, pattern }) }
}

/** What the source's own scheme enciphers of its samples. */
export const sourceSecrets = ({ container, media, source }: PipelinePlan): ReadonlyArray<Uint8Array> =>
  media.samples.flatMap((sample) => {
    const bytes = sampleBytes(sample, container)
    const ranges = container === 'mp4' ? expectedRanges(sample, source) : undefined
    const pattern = usualPattern(source, Array.isArray(sample.content))
    return piecesOf(bytes, enciphered(bytes.length, { scheme: source, ranges, pattern }))
  })

/** What the target enciphers of the samples. */
export const targetSecrets = (expected: ReadonlyArray<ExpectedSample>): ReadonlyArray<Uint8Array> =>
  expected.flatMap(({ bytes, behindLengths, covered }) => [
    ...piecesOf(bytes, covered),
    ...(behindLengths === undefined ? [] : piecesOf(behindLengths, [{ from: 0, to: behindLengths.length }])),
  ])

/** Shorter runs are found anywhere. */
const LEAST = 16

const piecesOf = (bytes: Uint8Array, stretches: ReadonlyArray<Stretch>): ReadonlyArray<Uint8Array> =>
  stretches.filter(({ from, to }) => to - from >= LEAST).map(({ from, to }) => bytes.slice(from, to))
