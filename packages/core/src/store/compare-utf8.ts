/** The order of texts by their UTF-8 bytes, in which engines keep keys and ids; negative, 0 or positive. */
export const compareUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
