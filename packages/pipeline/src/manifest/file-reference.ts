/** Stands where half a surrogate pair stood, which no URL can hold. */
const REPLACEMENT = '\u{fffd}'
const LONE_SURROGATE = /\p{Surrogate}/gu

/**
 * Percent-encodes a path, part by part, into a relative reference that no player takes for a scheme, query or fragment.
 *
 * @source RFC 3986, 3.3 and 4.2
 */
export const fileReference = (file: string): string =>
  file
    .replace(LONE_SURROGATE, REPLACEMENT)
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/')
