import { fileReference } from './file-reference'
import { hlsTag, plain, quoted } from './hls-tag'
import { languageTag } from './language-tag'
import type { PresentationTrack } from './presentation'

/** A track and the name of its playlist. */
export interface NamedTrack {
  readonly name: string
  readonly track: PresentationTrack
}

/** The group that all sounds of a presentation are in. */
export const AUDIO_GROUP = 'audio'
const UNNAMED = 'audio'

/** No two members of a group may have the same name. @source RFC 8216, 4.3.4.1.1 */
const memberNames = (audio: ReadonlyArray<NamedTrack>): ReadonlyArray<string> => {
  const taken = new Set<string>()
  return audio.map(({ track }) => {
    const label = languageTag(track.language) ?? UNNAMED
    let name = label
    for (let count = 2; taken.has(name); count += 1) name = `${label} ${count}`
    taken.add(name)
    return name
  })
}

/** Players choose by language; of a language only the first is chosen without being asked for. @source RFC 8216, 4.3.4.1.1 */
const isFirstOfLanguage = (audio: ReadonlyArray<NamedTrack>, index: number): boolean => {
  const own = languageTag(audio[index]?.track.language)
  return audio.findIndex(({ track }) => languageTag(track.language) === own) === index
}

/** The lines of the group, the first of its members the default. @source RFC 8216, 4.3.4.1 */
export const audioGroupLines = (audio: ReadonlyArray<NamedTrack>): ReadonlyArray<string> => {
  const names = memberNames(audio)
  return audio.map(({ name, track }, index) => {
    const language = languageTag(track.language)
    const channels = track.audio?.channels ?? 0
    return hlsTag('EXT-X-MEDIA', [
      plain('TYPE', 'AUDIO'),
      quoted('GROUP-ID', AUDIO_GROUP),
      quoted('NAME', names[index] ?? UNNAMED),
      ...(language === undefined ? [] : [quoted('LANGUAGE', language)]),
      plain('DEFAULT', index === 0 ? 'YES' : 'NO'),
      plain('AUTOSELECT', isFirstOfLanguage(audio, index) ? 'YES' : 'NO'),
      ...(channels > 0 ? [quoted('CHANNELS', String(channels))] : []),
      quoted('URI', fileReference(name)),
    ])
  })
}
