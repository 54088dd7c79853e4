import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { custody, jsonLines, SAMPLE } from './run-custody'
import type { Place } from './temporary-place'

/** One track as `export.json` names it, with the key that `keys reveal` shows for it. */
export interface ExportedTrack {
  readonly file: string
  readonly path: string
  readonly kind: string
  readonly mime: string
  readonly keyId: string
  readonly key: string
}

/** A sample that went the whole way. */
export interface ExportedSample {
  readonly clear: string
  readonly guarded: string
  readonly folder: string
  /** Key id of the protected file. */
  readonly keyId: string
  readonly licenseId: string
  readonly video: ExportedTrack
  readonly audio: ExportedTrack
}

interface ExportRecord {
  readonly tracks: ReadonlyArray<Omit<ExportedTrack, 'path' | 'key'>>
}

/** Protects a clear file, and answers its key id and license. */
export const protect = async (
  place: Place,
  output: string,
  { input = SAMPLE, options = [] }: { readonly input?: string; readonly options?: ReadonlyArray<string> } = {}
): Promise<{ readonly keyId: string; readonly licenseId: string }> => {
  const last = jsonLines(await custody(place, '--json', 'protect', input, '-o', output, ...options)).at(-1)
  return { keyId: String(last?.['keyId']), licenseId: String(last?.['licenseId']) }
}

/** Protects the sample, with options of `protect`, and exports it to Clear Key under a scheme. */
export const exportSample = async (
  place: Place,
  input: string = SAMPLE,
  options: ReadonlyArray<string> = [],
  scheme = 'cenc'
): Promise<ExportedSample> => {
  const guarded = place.at(`guarded-${scheme}.asf`)
  const folder = place.at(`exported-${scheme}`)
  const { keyId, licenseId } = await protect(place, guarded, { input, options })
  await custody(place, 'export', guarded, '-o', folder, '--to', 'clear-key', '--scheme', scheme)
  const keys = new Map(
    (await custody(place, 'keys', 'reveal', folder, '--yes')).lines.map((line) => line.split(':') as [string, string])
  )
  const { tracks } = JSON.parse(readFileSync(join(folder, 'export.json'), 'utf8')) as ExportRecord
  const track = (kind: string): ExportedTrack => {
    const found = tracks.find((each) => each.kind === kind)
    const key = keys.get(found?.keyId ?? '')
    if (found === undefined || key === undefined) throw new Error(`no ${kind} track with a revealed key`)
    return { ...found, path: join(folder, found.file), key }
  }
  return { clear: input, guarded, folder, keyId, licenseId, video: track('video'), audio: track('audio') }
}
