import type { PipelineFault } from '@custody/pipeline/fault'

import { failure, type CommandFailure } from './command-failure'
import { coreFailure } from './core-failure'
import { EXIT } from './exit-code'

/** Tells a fault of the pipeline to the user. */
export const pipelineFailure = (fault: PipelineFault): CommandFailure => {
  switch (fault.type) {
    case 'MalformedMedia':
      return failure(EXIT.badInput, `at byte ${String(fault.at)}: expected ${fault.expected}, found ${fault.found}`)
    case 'TruncatedMedia':
      return failure(EXIT.badInput, `at byte ${String(fault.at)}: expected ${fault.expected}, found the end of the file (truncated)`)
    case 'UnsupportedMedia':
      return failure(EXIT.badInput, `${fault.at === undefined ? '' : `at byte ${String(fault.at)}: `}unsupported: ${fault.what}`)
    case 'SampleInfoMissing':
      return failure(
        EXIT.badInput,
        `at byte ${String(fault.at)}: expected initialization vectors for the protected samples of track ${String(fault.track)}, found none`
      )
    case 'SampleTooLarge':
      return failure(
        EXIT.badInput,
        `at byte ${String(fault.at)}: expected a sample of at most ${String(fault.limit)} bytes, found ${String(fault.bytes)}`
      )
    case 'SourceFailed':
      return failure(EXIT.outside, `cannot read ${fault.place}: ${fault.code}`)
    case 'SinkFailed':
      return failure(EXIT.outside, `cannot write ${fault.place}: ${fault.code}`)
    case 'TargetExists':
      return failure(EXIT.refused, `${fault.place} exists and is not empty; --overwrite replaces it`)
    case 'GrantRefused':
      return coreFailure(fault.fault)
    case 'ProtectionFailed':
      return failure(EXIT.badInput, 'a protected sample cannot be opened: its bytes or its key are not what its license says')
    case 'SameKey':
      return failure(EXIT.refused, 'source and target have the same content key; a target key must be a new one')
    case 'WrongState':
      return failure(EXIT.badInput, wrongState(fault.expected))
    case 'FrameInvalid':
      return failure(
        EXIT.badInput,
        `a sample of track ${String(fault.track)} under salt ${fault.salt} is not the one that its session sealed`
      )
    case 'SaltNotRising':
      return failure(EXIT.badInput, `the salts of a session rise (IM-20); ${fault.salt} came after ${fault.last}`)
    case 'SaltExhausted':
      return failure(EXIT.refused, `session ${fault.run} has no salts left (IM-22); begin a new transfer`)
    case 'VerificationFailed':
      return failure(
        EXIT.badInput,
        `sample ${String(fault.sample)} of track ${String(fault.track)}: expected ${fault.expected}, found ${fault.found}`
      )
    case 'Stalled':
    case 'PoolTooSmall':
    case 'HeldTooMany':
    case 'LeaseLost':
    case 'ForeignEmission':
    case 'OutOfOrder':
    case 'BatchShared':
    case 'EndedEarly':
    case 'PipelineRunning':
    case 'ForeignHandle':
      return failure(EXIT.outside, `the pipeline stopped: ${JSON.stringify(fault)}; this is a defect of custody, please report it`)
  }
}

const wrongState = (expected: string): string =>
  expected === 'clear'
    ? 'the file is protected already; protect takes clear media of your own'
    : 'the file is not protected: there is nothing to export from, protect it first'
