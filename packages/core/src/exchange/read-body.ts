import type { ServiceResponse } from './service-transport'

/** Reads a body up to a limit. @returns nothing for one that is longer. Rejects where the connection breaks. */
export const readBody = async ({ body, cancel }: ServiceResponse, limit: number): Promise<Uint8Array | undefined> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > limit) {
      cancel()
      return undefined
    }
    parts.push(part)
  }
  return Buffer.concat(parts, length)
}
