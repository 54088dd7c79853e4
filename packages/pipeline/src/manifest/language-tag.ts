const UNDETERMINED = 'und'

/**
 * The tag in its canonical form, with the shortest code of its language; undefined for what is no tag, and for `und`, which tells
 * nothing. What comes out has letters, digits and hyphens only, whatever a file says.
 *
 * @source RFC 5646, 2.2.1 and 4.5
 */
export const languageTag = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined
  try {
    const [tag] = Intl.getCanonicalLocales(text)
    return tag === UNDETERMINED ? undefined : tag
  } catch {
    return undefined
  }
}
