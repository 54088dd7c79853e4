import { readAsfProtection } from '@custody/adapters/systems/windows-media'
import { readPsshBody, readSchm, readTenc } from '@custody/pipeline/isobmff'
import type { MediaDescription, MediaWarning, ProtectionHeader } from '@custody/pipeline/media'
import * as E from 'fp-ts/Either'

/** A protection header as `inspect` prints it. */
export interface ProtectionReport {
  readonly kind: string
  readonly keyIds: ReadonlyArray<string>
  readonly scheme?: string
  /** GUID text, lower case. */
  readonly systemId?: string
  readonly licenseUrl?: string
  readonly securityVersion?: string
}

/** What the protection headers of a file say, and what is wrong with those that cannot be read. */
export const protectionReport = (
  description: MediaDescription
): { readonly reports: ReadonlyArray<ProtectionReport>; readonly warnings: ReadonlyArray<MediaWarning> } => {
  if (description.container === 'asf') return asfReport(description)
  const reports: ProtectionReport[] = []
  const warnings: MediaWarning[] = []
  for (const header of description.protection) {
    const report = mp4Report(header)
    if (E.isLeft(report)) warnings.push({ offset: header.at, what: report.left })
    else reports.push(report.right)
  }
  return { reports, warnings }
}

const asfReport = (description: MediaDescription): ReturnType<typeof protectionReport> => {
  const read = readAsfProtection(description)
  if (E.isLeft(read)) {
    const what = read.left.type === 'UnsupportedMedia' ? `unsupported: ${read.left.what}` : `expected ${read.left.expected}`
    return {
      reports: description.protection.map(({ kind }) => ({ kind, keyIds: [] })),
      warnings: [{ offset: read.left.at ?? 0, what }],
    }
  }
  const said = read.right
  return {
    reports: description.protection.map(({ kind }) => ({
      kind,
      keyIds: said === undefined ? [] : [said.keyId],
      ...(said === undefined ? {} : { scheme: said.scheme }),
      ...(said === undefined || said.licenseUrl === '' ? {} : { licenseUrl: said.licenseUrl }),
      ...(said?.securityVersion === undefined ? {} : { securityVersion: said.securityVersion }),
    })),
    warnings: [],
  }
}

const mp4Report = (header: ProtectionHeader): E.Either<string, ProtectionReport> => {
  const { kind, data } = header
  if (kind === 'tenc') {
    const tenc = readTenc(data)
    return E.isLeft(tenc) ? E.left(`expected ${tenc.left.expected}`) : E.right({ kind, keyIds: [tenc.right.keyId] })
  }
  if (kind === 'schm') {
    const scheme = readSchm(data)
    return E.isLeft(scheme) ? E.left(`expected ${scheme.left.expected}`) : E.right({ kind, keyIds: [], scheme: scheme.right })
  }
  if (kind === 'pssh') {
    const pssh = readPsshBody(data)
    if (E.isLeft(pssh)) return E.left(`expected ${pssh.left.expected}`)
    return E.right({ kind, keyIds: pssh.right.keyIds, systemId: guidText(pssh.right.systemId) })
  }
  return E.right({ kind, keyIds: [] })
}

const guidText = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
