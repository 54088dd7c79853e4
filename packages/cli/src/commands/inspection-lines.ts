import type { MediaAttribute } from '@custody/pipeline/media'

import { columns } from '../output/columns'
import { printable } from '../output/printable'
import type { InspectedStream, Inspection } from './inspection'
import type { ProtectionReport } from './protection-report'

const BITS_PER_BYTE = 8
const HEAD = ['stream', 'kind', 'codec', 'format', 'bit/s', 'samples', 'bytes', 'key', 'state']

/**
 * An inspection for people; attributes of single streams and the places of objects are for programs only. Every text of the
 * file is shown, none is obeyed by a terminal.
 */
export const inspectionLines = (inspection: Inspection): ReadonlyArray<string> =>
  [
    summary(inspection),
    ...columns([HEAD, ...inspection.streams.map((stream) => row(stream, inspection.durationSeconds))]),
    ...inspection.protection.map(protectionLine),
    ...(inspection.names ?? []).map(({ track, name }) => `stream ${track} is called ${name}`),
    ...(inspection.chapters ?? []).map(({ seconds, title }) => `chapter at ${seconds.toFixed(3)} s: ${title}`),
    ...(inspection.scripts ?? []).map(({ seconds, type, text }) => `script at ${seconds.toFixed(3)} s: ${type} ${text}`),
    ...(inspection.exclusions ?? []).map(
      ({ by, groups }) => `one at a time, by ${by}: ${groups.map((group) => group.join(' with ')).join(', ')}`
    ),
    ...(inspection.links ?? []).map((link) => `link to ${link}`),
    ...(inspection.attributes ?? []).filter(({ track }) => track === undefined).map(attributeLine),
    ...inspection.warnings.map(({ offset, what }) => `warning: at byte ${String(offset)}: ${what}`),
  ].map(printable)

const summary = ({ container, durationSeconds, title }: Inspection): string =>
  `${container}, ${durationSeconds.toFixed(3)} s${title === undefined ? '' : `, "${title}"`}`

const row = (stream: InspectedStream, seconds: number): ReadonlyArray<string> => [
  String(stream.number),
  stream.kind,
  printable(stream.codec),
  printable(formatOf(stream)),
  stream.bitrate === undefined ? measured(stream, seconds) : String(stream.bitrate),
  String(stream.samples),
  String(stream.bytes),
  String(stream.keyFrames),
  stream.encrypted ? 'protected' : 'clear',
]

/** Where the file does not say: what was counted over its duration. */
const measured = ({ bytes }: InspectedStream, seconds: number): string =>
  seconds === 0 || bytes === 0 ? '' : `~${Math.round((bytes * BITS_PER_BYTE) / seconds)}`

const formatOf = ({ width, height, sampleRate, channels, language }: InspectedStream): string =>
  [
    ...(width === undefined || height === undefined ? [] : [`${width}x${height}`]),
    ...(sampleRate === undefined ? [] : [`${sampleRate} Hz`]),
    ...(channels === undefined ? [] : [`${channels} ch`]),
    ...(language === undefined ? [] : [language]),
  ].join(' ')

const protectionLine = (each: ProtectionReport): string =>
  [
    each.kind,
    ...(each.keyIds.length > 0 ? [`key ID ${each.keyIds.join(', ')}`] : []),
    ...(each.checksums ?? []).map(({ algorithm, checksum }) => `${algorithm} check ${checksum}`),
    ...(each.securityVersion === undefined ? [] : [`security version ${each.securityVersion}`]),
    ...(each.licenseUrl === undefined ? [] : [`license from ${each.licenseUrl}`]),
  ].join(' ')

const attributeLine = ({ name, value, language }: MediaAttribute): string => {
  const shown = typeof value === 'object' ? `${value.bytes} bytes` : String(value)
  return `${name}${language === undefined ? '' : ` (${language})`}: ${shown}`
}
