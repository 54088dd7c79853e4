/** A line of a playlist: a tag with its value, or a URI. */
export type PlaylistLine =
  | { readonly tag: string; readonly value: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly uri: string }

const ATTRIBUTE = /^([A-Z0-9-]+)=("[^"]*"|[^",\s]+)(,|$)/
const LISTS: ReadonlySet<string> = new Set([
  'EXT-X-MAP', 'EXT-X-KEY', 'EXT-X-SESSION-KEY', 'EXT-X-SESSION-DATA', 'EXT-X-MEDIA', 'EXT-X-STREAM-INF',
])

/** Reads an attribute list, each value as it stands. @source RFC 8216, 4.2 */
const readList = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  let rest = text
  while (rest !== '') {
    const [whole = '', name = '', value = ''] = ATTRIBUTE.exec(rest) ?? []
    if (whole === '') throw new Error(`no attribute: ${rest}`)
    if (found.has(name)) throw new Error(`twice: ${name}`)
    found.set(name, value)
    rest = rest.slice(whole.length)
  }
  return found
}

/** What stands between the quotes of a value. */
export const unquoted = (value: string | undefined): string => {
  if (value === undefined || !/^"[^"]*"$/.test(value)) throw new Error(`not quoted: ${String(value)}`)
  return value.slice(1, -1)
}

/** Reads a playlist as RFC 8216, 4.1 has it: UTF-8 without control characters but the ends of lines, tags, comments, URIs. */
export const readPlaylist = (text: string): ReadonlyArray<PlaylistLine> => {
  if (/[\p{Cc}\p{Surrogate}\ufeff]/u.test(text.replaceAll('\n', ''))) throw new Error('a character that may not stand there')
  if (!text.startsWith('#EXTM3U\n') || !text.endsWith('\n')) throw new Error('no playlist')
  return text.split('\n').slice(1, -1).map((line) => {
    if (line === '' || line !== line.trim()) throw new Error('white space')
    if (!line.startsWith('#')) return { uri: line }
    const [, tag = '', value = ''] = /^#([A-Z0-9-]+)(?::(.*))?$/.exec(line) ?? []
    if (!tag.startsWith('EXT')) throw new Error(`no tag: ${line}`)
    return { tag, value, attributes: LISTS.has(tag) ? readList(value) : new Map<string, string>() }
  })
}
