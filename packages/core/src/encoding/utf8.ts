const encoder = new TextEncoder()

/** The UTF-8 bytes of a text, in memory of their own. A lone surrogate becomes U+FFFD. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)
