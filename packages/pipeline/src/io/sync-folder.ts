import { open } from 'node:fs/promises'

/** Makes new names in a folder last through a power cut, where the system can; the bytes are safe without. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close().catch(() => undefined)
}
