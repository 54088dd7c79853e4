import {
  readAsfProtection,
  readHeaderFacts,
  readPlayReadyFacts,
  type HeaderFacts,
} from '@custody/adapters/systems/windows-media'
import type { MediaFault } from '@custody/pipeline/fault'
import { readPsshBody, readSchm, readTenc } from '@custody/pipeline/isobmff'
import type { MediaDescription, MediaWarning, ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'

/** A protection header as `inspect` prints it. */
export interface ProtectionReport {
  readonly kind: string
  /** Byte offset of the header in the file. */
  readonly at: number
  /** Canonical form. */
  readonly keyIds: ReadonlyArray<string>
  readonly scheme?: string
  /** GUID text, lower case. */
  readonly systemId?: string
  readonly licenseUrl?: string
  readonly securityVersion?: string
  /** As the header names it, as in `COCKTAIL`. */
  readonly algorithm?: string
  /** Of the WRMHEADER, as in `2.0.0.0`. */
  readonly version?: string
  readonly checksums?: ReadonlyArray<{ readonly keyId: string; readonly algorithm: string; readonly checksum: string }>
  readonly contentId?: string
  readonly attributes?: ReadonlyArray<{ readonly name: string; readonly value: string }>
  /** The header bears a signature; nobody here can check it. */
  readonly signed?: boolean
  /** Numbers of the streams that the header is about, where it says so. */
  readonly streams?: ReadonlyArray<number>
}

interface Reported {
  readonly reports: ReadonlyArray<ProtectionReport>
  readonly warnings: ReadonlyArray<MediaWarning>
}

/** PlayReady in a `pssh` box. @source docs/reference/third-party-systems.md §1 */
const PLAYREADY = '9a04f07998404286ab92e65be0885f95'

/** What the protection headers of a file say, and what is wrong with those that cannot be read. */
export const protectionReport = (description: MediaDescription): Reported => {
  const reports: ProtectionReport[] = []
  const warnings: MediaWarning[] = []
  const read = description.container === 'asf' ? asfReport(description) : mp4Report
  for (const header of description.protection) {
    const { kind, at } = header
    const report = read(header)
    if (E.isRight(report)) reports.push(report.right)
    else {
      reports.push({ kind, at, keyIds: [] })
      warnings.push(warningOf(header, report.left))
    }
  }
  return { reports, warnings: [...warnings, ...disagreement(description, reports)] }
}

/** Faults of boxes count from the start of the box's body; the box itself is near enough. */
const warningOf = ({ at }: ProtectionHeader, fault: MediaFault): MediaWarning => {
  if (fault.type === 'UnsupportedMedia') return { offset: fault.at ?? at, what: `unsupported: ${fault.what}` }
  const found = fault.type === 'MalformedMedia' ? `, found ${fault.found}` : ''
  return { offset: Math.max(at, fault.at), what: `expected ${fault.expected}${found}` }
}

/** Headers of one ASF file name one key. */
const disagreement = ({ container }: MediaDescription, reports: ReadonlyArray<ProtectionReport>): ReadonlyArray<MediaWarning> => {
  const named = reports.filter(({ keyIds }) => keyIds.length > 0)
  const [first] = named
  if (container !== 'asf' || first === undefined) return []
  return named
    .filter(({ keyIds }) => !keyIds.some((keyId) => first.keyIds.includes(keyId)))
    .map(({ kind, at }) => ({ offset: at, what: `${kind} names another key ID than ${first.kind}` }))
}

type Answer = E.Either<MediaFault, ProtectionReport>

const asfReport = (description: MediaDescription): ((header: ProtectionHeader) => Answer) => {
  const whole = readAsfProtection(description)
  const scheme = E.isRight(whole) && whole.right !== undefined ? { scheme: whole.right.scheme } : {}
  return (header) =>
    E.map((facts: HeaderFacts) => ({
      ...reportOf(header, facts),
      ...(facts.keyIds.length > 0 ? scheme : {}),
      ...(header.systemId === undefined ? {} : { systemId: guidText(header.systemId) }),
    }))(readHeaderFacts(header))
}

const reportOf = ({ kind, at }: ProtectionHeader, facts: HeaderFacts): ProtectionReport => {
  const { keyIds, licenseUrl, checks, algorithm, version, securityVersion, contentId, attributes, signed, streams } = facts
  return {
    kind,
    at,
    keyIds,
    ...(licenseUrl === '' ? {} : { licenseUrl }),
    ...(securityVersion === undefined ? {} : { securityVersion }),
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(version === undefined ? {} : { version }),
    ...(checks.length === 0 ? {} : { checksums: checks }),
    ...(contentId === undefined ? {} : { contentId }),
    ...(attributes.length === 0 ? {} : { attributes }),
    ...(signed ? { signed } : {}),
    ...(streams.length === 0 ? {} : { streams }),
  }
}

const mp4Report = (header: ProtectionHeader): Answer => {
  const { kind, at, data } = header
  if (kind === 'tenc') return E.map(({ keyId }: { readonly keyId: string }) => ({ kind, at, keyIds: [keyId] }))(readTenc(data))
  if (kind === 'schm') return E.map((scheme: string) => ({ kind, at, keyIds: [], scheme }))(readSchm(data))
  return kind === 'pssh' ? psshReport(header) : E.right({ kind, at, keyIds: [] })
}

/** Version 0 of the box names no key: PlayReady's own header does. */
const psshReport = (header: ProtectionHeader): Answer => {
  const { kind, at, data } = header
  const pssh = readPsshBody(data)
  if (E.isLeft(pssh)) return pssh
  const { keyIds } = pssh.right
  const systemId = guidText(pssh.right.systemId)
  if (pssh.right.systemId !== PLAYREADY) return E.right({ kind, at, keyIds, systemId })
  const facts = readPlayReadyFacts(pssh.right.data, at)
  if (E.isLeft(facts)) return facts
  const report = reportOf(header, facts.right)
  return E.right({ ...report, keyIds: [...new Set([...keyIds, ...report.keyIds])], systemId })
}

const guidText = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
