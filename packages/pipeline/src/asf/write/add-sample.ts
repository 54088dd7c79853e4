import { SAMPLE_KEY } from '../../media/sample-receiver'
import { addObject, addUnits } from './add-object'
import type { AsfSample } from './asf-writer'
import { largestPayload, SAMPLE_ID_BYTES } from './packet-layout'
import { noteKeyFrame } from './simple-index'
import type { StreamLedger } from './stream-ledger'
import type { ObjectFields } from './write-payload'
import type { Writing } from './writing'

const UNITS_PER_MILLISECOND = 10_000
const KEY_BIT = 0x80
const OBJECT_NUMBERS = 0x100

/**
 * Copies one sample into packets. A caller that breaks the contract is told by an exception before anything is
 * copied: it is a mistake in the program, not in a file.
 */
export const addSample = (writing: Writing, sample: AsfSample): void => {
  const ledger = writing.ledgers.get(sample.stream)
  if (writing.state !== 'begun') throw new Error(`a sample for a writer that is ${writing.state}`)
  if (ledger === undefined) throw new RangeError(`stream ${sample.stream} is not in the header`)
  if (sample.size === 0) {
    writing.emptySamples += 1
    return
  }
  checkSample(writing, sample, ledger)
  const { builder } = writing
  const fields = fillFields(writing, sample, ledger)
  if (sample.units === undefined) addObject(builder, fields, ledger.stream.kind === 'audio')
  else addUnits(builder, fields, sample.units)
  if (ledger.index !== undefined && (sample.flags & SAMPLE_KEY) !== 0) {
    const { objectFirst, objectLast } = builder
    noteKeyFrame(ledger.index, fields.presentation, objectFirst, objectLast - objectFirst + 1)
  }
  ledger.samples += 1
  ledger.firstTime = Math.min(ledger.firstTime, sample.time)
  ledger.lastTime = Math.max(ledger.lastTime, sample.time)
}

const fillFields = (writing: Writing, sample: AsfSample, ledger: StreamLedger): ObjectFields => {
  const { fields, options } = writing
  const { preroll } = options.header.file
  const milliseconds = Math.round((sample.time - ledger.stream.timeOffset) / UNITS_PER_MILLISECOND)
  writing.send = Math.max(writing.send, milliseconds)
  fields.streamByte = sample.stream | ((sample.flags & SAMPLE_KEY) !== 0 ? KEY_BIT : 0)
  fields.objectNumber = ledger.objectNumber
  fields.size = sample.size
  fields.presentation = Math.max(0, milliseconds + preroll)
  fields.send = writing.send
  fields.replicated = ledger.replicated
  fields.sampleId = ledger.hasSampleId ? sample.sampleId : undefined
  fields.sampleIdOffset = sample.sampleIdOffset ?? 0
  fields.bytes = sample.bytes
  fields.offset = sample.offset
  ledger.objectNumber = (ledger.objectNumber + 1) % OBJECT_NUMBERS
  return fields
}

const checkSample = (writing: Writing, sample: AsfSample, ledger: StreamLedger): void => {
  const { bytes, offset, size, sampleId, sampleIdOffset = 0, units } = sample
  if (offset < 0 || size < 0 || offset + size > bytes.length)
    throw new RangeError('a sample outside its bytes')
  if (!Number.isFinite(sample.time)) throw new RangeError(`a sample at ${sample.time}`)
  if (ledger.hasSampleId && (sampleId === undefined || sampleIdOffset + SAMPLE_ID_BYTES > sampleId.length)) {
    throw new RangeError(`a sample of stream ${sample.stream} without its sample ID`)
  }
  if (units === undefined) return
  const largest = largestPayload(writing.builder.packets.packetSize, ledger.replicated)
  let sum = 0
  for (let index = 0; index < units.length; index += 1) {
    const unit = units[index] ?? 0
    if (unit <= 0 || unit > largest) throw new RangeError(`a unit of ${unit} bytes where ${largest} fit`)
    sum += unit
  }
  if (sum !== size) throw new RangeError(`units of ${sum} bytes for a sample of ${size}`)
}
