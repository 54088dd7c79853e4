/** The ways in which bytes of a key could be written somewhere. */
export const formsOf = (key: Uint8Array): ReadonlyMap<string, Buffer> => {
  const bytes = Buffer.from(key)
  const texts: ReadonlyArray<readonly [string, string]> = [
    ['hex', bytes.toString('hex')],
    ['upper-case hex', bytes.toString('hex').toUpperCase()],
    // Without the last characters: these depend on what follows, and on padding.
    ['base64', bytes.toString('base64').slice(0, 20)],
    ['base64url', bytes.toString('base64url').slice(0, 20)],
    ['bytes as JSON', JSON.stringify([...bytes]).slice(1, -1)],
  ]
  return new Map([
    ['raw', bytes],
    ['raw, the other way round', Buffer.from(bytes).reverse()],
    ...texts.map(([name, text]) => [name, Buffer.from(text, 'latin1')] as const),
    ...texts.map(([name, text]) => [`${name} in UTF-16`, Buffer.from(text, 'utf16le')] as const),
  ])
}

/** The forms of a key that stand somewhere in bytes, by name. */
export const formsFoundIn = (bytes: Uint8Array, key: Uint8Array): ReadonlyArray<string> =>
  [...formsOf(key)].filter(([, form]) => Buffer.from(bytes).includes(form)).map(([name]) => name)
