import { open, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { makeFolder, PRIVATE_FILE } from '../device/durable-file'
import { b64u } from '../encoding/b64u'
import { hex } from '../encoding/hex'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'
import type { PackageDescriptor } from './individualization-messages'

/** Folder of a home where packages lie while they are downloaded. */
const DOWNLOADS = 'downloads'

/** Where a package is downloaded to; its name is a digest, as the service's name for it is no file name. */
export const downloadFile = (directory: string, { package: id }: Pick<PackageDescriptor, 'package'>): string =>
  join(directory, DOWNLOADS, hex(sha256(utf8(id))))

/** Removes whatever was downloaded. Throws the file system's error. */
export const removeDownloads = (directory: string): Promise<void> => rm(join(directory, DOWNLOADS), { recursive: true, force: true })

/** A package on the disk: its whole and verified leaves, nothing else counts. */
export interface PackageDownload {
  /** Leaves that are there. */
  readonly leaves: () => number
  /** Bytes of those. */
  readonly bytes: () => number
  /**
   * Takes bytes that follow what was taken so far; a leaf is written when it is whole and its digest fits.
   *
   * @returns how many bytes were of use; fewer than given when the package is whole. `Bad` for a leaf that is not what the
   * descriptor names: what came since the last whole leaf is forgotten.
   */
  readonly take: (part: Uint8Array) => Promise<'Taken' | 'Bad' | 'Whole'>
  /** Forgets what came since the last whole leaf: the connection broke. */
  readonly rewind: () => void
  /** Bytes that arrived, those of the leaf that is not whole yet too. */
  readonly arrived: () => number
  readonly sync: () => Promise<void>
  readonly close: () => Promise<void>
}

const lengthOf = ({ bytes, leaf }: PackageDescriptor, index: number): number => Math.min(leaf, bytes - index * leaf)

const isLeaf = ({ leaves }: PackageDescriptor, index: number, content: Uint8Array): boolean => b64u(sha256(content)) === leaves[index]

/** Counts the leaves that a run before left, each by its digest: nothing on the disk is believed. */
const verified = async (file: FileHandle, descriptor: PackageDescriptor): Promise<number> => {
  const { leaf, leaves } = descriptor
  const buffer = new Uint8Array(leaf)
  for (let index = 0; index < leaves.length; index++) {
    const length = lengthOf(descriptor, index)
    const { bytesRead } = await file.read(buffer, 0, length, index * leaf)
    if (bytesRead < length || !isLeaf(descriptor, index, buffer.subarray(0, length))) return index
  }
  return leaves.length
}

const opened = async (place: string): Promise<FileHandle> => {
  await makeFolder(dirname(place))
  return open(place, 'r+').catch(() => open(place, 'wx+', PRIVATE_FILE))
}

/** Opens a download, and takes up one that was cut off. Throws the file system's error. */
export const openDownload = async (place: string, descriptor: PackageDescriptor): Promise<PackageDownload> => {
  const file = await opened(place)
  const { leaf, leaves } = descriptor
  let whole = await verified(file, descriptor)
  // Whatever follows is not of this package, or not whole.
  await file.truncate(Math.min(descriptor.bytes, whole * leaf))
  const buffer = new Uint8Array(leaf)
  let filled = 0
  const bytes = (): number => Math.min(descriptor.bytes, whole * leaf)
  const take: PackageDownload['take'] = async (part) => {
    for (let at = 0; at < part.length && whole < leaves.length; ) {
      const length = lengthOf(descriptor, whole)
      const taken = part.subarray(at, at + length - filled)
      buffer.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled < length) continue
      filled = 0
      if (!isLeaf(descriptor, whole, buffer.subarray(0, length))) return 'Bad'
      await file.write(buffer, 0, length, whole * leaf)
      whole += 1
    }
    return whole < leaves.length ? 'Taken' : 'Whole'
  }
  return {
    leaves: () => whole,
    bytes,
    take,
    rewind: () => void (filled = 0),
    arrived: () => bytes() + filled,
    sync: () => file.sync(),
    close: () => file.close(),
  }
}
