import { PipelineError } from '../../fault/pipeline-error'
import type { PipelineFault } from '../../fault/pipeline-fault'
import type { Disturbance } from '../plan/disturbance'
import { LEAVING, PlannedThrow, type PlanOutcome } from '../plan/run-plan'
import { expectedBehind } from './expected-behind'
import { sameSamples } from './samples-same'
import { writtenRows } from './written-rows'

/** Law P6: how a run ends that was disturbed, and what it had written by then. */
export const faultsRefuse = async (outcome: PlanOutcome): Promise<string | undefined> => {
  const { ended, files, events, plan } = outcome
  const leaving = outcome.sightings.watched.find(({ place }) => place === LEAVING)?.batches ?? []
  const wrong = endsWrong(outcome, leaving.length)
  if (wrong !== undefined) return wrong
  const expected = expectedBehind(outcome)
  const early = sameSamples({ ...outcome, expected }, leaving.flat(), false)
  if (early !== undefined) return `on the way to the sink, ${early}`
  if (ended === 'completed') return undefined
  if (events.some((event) => isFinished(event))) return 'a run that did not complete says that it finished'
  if ([...files.values()].some((file) => file.isCommitted())) return 'an incomplete file has its name'
  if (plan.target === 'cocktail' || files.size === 0) return undefined
  const written = await writtenSoFar(outcome)
  if (typeof written === 'string') return written
  // A packet of ASF cannot hold a sample without bytes.
  return sameSamples({ ...outcome, expected: expected.filter(({ bytes }) => bytes.length > 0) }, written, false)
}

/** What is incomplete need not open; what opens must be right. */
const writtenSoFar = async (outcome: PlanOutcome): Promise<Awaited<ReturnType<typeof writtenRows>> | string> => {
  try {
    return await writtenRows(outcome)
  } catch (error) {
    if (outcome.plan.sink === 'cmaf') return `what was written does not read: ${String(error)}`
    return []
  }
}

const isFinished = (event: unknown): boolean => (event as { readonly type?: unknown }).type === 'Finished'

const faultIn = (error: unknown): PipelineFault['type'] | undefined =>
  error instanceof PipelineError ? error.fault.type : (error as { readonly type?: PipelineFault['type'] } | undefined)?.type

/** Faults that each disturbance may end in; a disturbance that comes behind the end leaves a run that completes. */
const FAULTS: Readonly<Partial<Record<Disturbance['type'], ReadonlyArray<PipelineFault['type']>>>> = {
  SourceFails: ['SourceFailed'],
  SourceEnds: ['TruncatedMedia', 'MalformedMedia', 'UnsupportedMedia'],
  SinkFails: ['SinkFailed'],
  RightEnds: ['GrantRefused'],
  GrantUsed: ['GrantRefused'],
  NamesTargetKey: ['GrantRefused'],
}

/** An error in words, with what a fault says. */
export const errorText = (error: unknown): string =>
  error instanceof PipelineError ? JSON.stringify(error.fault) : error instanceof Error ? String(error) : JSON.stringify(error)

const endsWrong = ({ plan, ended, error, expected, subject }: PlanOutcome, left: number): string | undefined => {
  const { disturbance, source } = plan
  const { type } = disturbance
  if (ended === 'failed') {
    const allowed = type === 'StepThrows' ? error instanceof PlannedThrow : (FAULTS[type] ?? []).includes(faultIn(error) ?? 'SameKey')
    return allowed ? undefined : `the run ended with ${errorText(error)}`
  }
  if (ended === 'cancelled') return type === 'Unsubscribed' ? undefined : 'the run was cancelled by nobody'
  if (type === 'GrantUsed') return 'a grant that was used before was taken'
  if (type === 'NamesTargetKey' && plan.container === 'mp4' && source !== 'none' && left > 0) {
    return 'samples were opened by a key of the target'
  }
  if (type === 'StepThrows' && left > disturbance.at) return 'what a step threw was lost'
  // A batch may be in the operator already when the right ends, and others wait before it.
  if (type === 'RightEnds' && source !== 'none' && left > disturbance.at + 2) {
    return `${String(left)} batches left although the right ended with number ${String(disturbance.at)}`
  }
  return expected.length === 0 || left > 0 || subject?.kind === 'selecting' ? undefined : 'nothing was written'
}
