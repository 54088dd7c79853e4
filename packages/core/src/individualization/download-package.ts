import * as E from 'fp-ts/Either'

import { systemCode } from '../device/durable-file'
import { newEvent } from '../event/define-event'
import type { LongTry } from '../exchange/fetch-long'
import type { ServiceClient } from '../exchange/service-client'
import type { ServiceRequest, ServiceResponse } from '../exchange/service-transport'
import { CoreError } from '../fault/core-error'
import { IndividualizationProgress } from './individualization-event'
import type { PackageDescriptor } from './individualization-messages'
import type { IndividualizationRun } from './individualization-run'
import { downloadFile, openDownload, type PackageDownload } from './package-download'
import { progressMarks } from './progress-marks'

const SERVICE = 'individualization'
const DOWNLOADING = 0x10
/** Values of DRM_HTTP_STATUS. */
const HTTP = { connecting: 1, requesting: 2, receiving: 3, completed: 4 } as const
const OK = 200
const PARTIAL = 206
/** A bad leaf is fetched again as often. */
const MOST_AGAIN = 3

/** Tells how far the download has come, each time it passes a mark. */
type Report = () => Promise<void>

const reporter = (run: IndividualizationRun, { bytes, leaves }: PackageDescriptor, download: PackageDownload): Report => {
  const marks = progressMarks(bytes, leaves.length)
  let next = marks.findIndex((mark) => mark > download.bytes())
  return async () => {
    // A run that goes on at the installation reports no second download.
    if (run.installing) return
    for (let mark = marks[next]; next >= 0 && mark !== undefined && mark <= download.arrived(); mark = marks[++next]) {
      const http = mark === bytes ? HTTP.completed : HTTP.receiving
      const status = run.status({ status: DOWNLOADING, http, read: mark, total: bytes })
      await run.append([newEvent(IndividualizationProgress, { operation: run.operation, leaves: download.leaves(), status })])
    }
  }
}

const requestFrom = ({ package: id, path }: PackageDescriptor, from: number): ServiceRequest => ({
  method: 'GET',
  path,
  headers: from === 0 ? {} : { range: `bytes=${from}-`, 'if-range': `"${id}"` },
})

/** Where an answer's bytes begin in the package; nothing for an answer that does not say so plainly. */
const startOf = ({ status, header }: ServiceResponse, { bytes }: PackageDescriptor): number | undefined => {
  if (status === OK) return 0
  const range = status === PARTIAL ? /^bytes (\d{1,10})-\d{1,10}\/(\d{1,10})$/.exec(header('content-range') ?? '') : null
  return range !== null && Number(range[2]) === bytes ? Number(range[1]) : undefined
}

const invalid = (why: string): LongTry => ({ type: 'Failed', fault: { type: 'ReplyInvalid', service: SERVICE, why } })

/** Bytes of a part that lie before a place are there already: a whole body came where the rest of it was asked for. */
const beyond = (part: Uint8Array, skip: number): Uint8Array => part.subarray(Math.min(skip, part.length))

/** What the parts of one download share. */
interface Downloading {
  readonly run: IndividualizationRun
  readonly descriptor: PackageDescriptor
  readonly download: PackageDownload
  readonly report: Report
}

const takeIn = async ({ run, download, report }: Downloading, part: Uint8Array): ReturnType<PackageDownload['take']> => {
  run.checkCancelled()
  const taken = await download.take(part)
  if (taken !== 'Bad') await report()
  return taken
}

/** Thrown through the client, which takes any other error for a broken connection. */
interface OwnFault {
  error: Error | undefined
}

const readInto = async (
  downloading: Downloading,
  response: ServiceResponse,
  own: OwnFault
): Promise<LongTry | 'Bad'> => {
  const { run, descriptor, download } = downloading
  const start = startOf(response, descriptor)
  // What begins later than asked for would leave a hole; an answer to another range is not used at all.
  if (start === undefined || (start !== 0 && start !== download.bytes())) {
    response.cancel()
    return invalid(`status ${response.status} with another range`)
  }
  let skip = download.bytes() - start
  for await (const part of response.body) {
    const fresh = beyond(part, skip)
    skip -= part.length - fresh.length
    const taken = await takeIn(downloading, fresh).catch((error: unknown) => {
      own.error = error instanceof Error ? error : new Error(String(error))
    })
    if (taken === 'Taken') continue
    response.cancel()
    if (taken === undefined) return invalid('broken off here')
    if (taken === 'Whole') run.roundTrip()
    return taken === 'Whole' ? { type: 'Done' } : 'Bad'
  }
  return { type: 'Again', why: 'the body ended early' }
}

/** Reads answers until the package is whole; a leaf that is bad each time ends it. */
const reader = (downloading: Downloading, own: OwnFault) => {
  const { download } = downloading
  let [bad, badAt] = [0, -1]
  return async (response: ServiceResponse): Promise<LongTry> => {
    download.rewind()
    const result = await readInto(downloading, response, own)
    if (result !== 'Bad') return result
    const leaf = download.leaves()
    bad = leaf === badAt ? bad + 1 : 1
    badAt = leaf
    return bad > MOST_AGAIN ? { type: 'Failed', fault: { type: 'PackageLeafInvalid', leaf } } : { type: 'Again', why: `leaf ${leaf}` }
  }
}

const fetchInto = async (client: ServiceClient, downloading: Downloading): Promise<void> => {
  const { run, descriptor, download } = downloading
  const own: OwnFault = { error: undefined }
  let seen = download.leaves()
  const moved = (): boolean => {
    const before = seen
    seen = download.leaves()
    return seen > before
  }
  const request = (): ServiceRequest => requestFrom(descriptor, download.bytes())
  const read = reader(downloading, own)
  const fetched = await client.fetchLong({ service: SERVICE, request, read, moved, signal: run.signal })()
  if (own.error !== undefined) throw own.error
  run.checkCancelled()
  if (E.isLeft(fetched)) throw new CoreError(fetched.left)
}

const announce = async (run: IndividualizationRun, { bytes }: PackageDescriptor, download: PackageDownload): Promise<void> => {
  for (const http of [HTTP.connecting, HTTP.requesting]) {
    const status = run.status({ status: DOWNLOADING, http, read: download.bytes(), total: bytes })
    await run.append([newEvent(IndividualizationProgress, { operation: run.operation, leaves: download.leaves(), status })])
  }
}

const unwritable = (place: string, error: unknown): unknown =>
  error instanceof Error && 'syscall' in error
    ? new CoreError({ type: 'HomeUnwritable', place, code: systemCode(error) })
    : error

/**
 * Downloads a package leaf by leaf, each verified as it arrives; leaves of a run that was cut off are verified anew and kept.
 *
 * @returns the file that holds it, whole and durable. Rejects with `CoreError`: `PackageLeafInvalid` for a leaf that was bad
 * four times, `ReplyInvalid`, `ServiceUnavailable`, `HomeUnwritable`.
 */
export const downloadPackage = async (
  run: IndividualizationRun,
  client: ServiceClient,
  descriptor: PackageDescriptor
): Promise<string> => {
  const place = downloadFile(run.home.directory, descriptor)
  try {
    const download = await openDownload(place, descriptor)
    try {
      if (!run.installing) await announce(run, descriptor, download)
      const downloading = { run, descriptor, download, report: reporter(run, descriptor, download) }
      if (download.leaves() < descriptor.leaves.length) await fetchInto(client, downloading)
      await download.sync()
    } finally {
      await download.close()
    }
  } catch (error) {
    throw unwritable(place, error)
  }
  return place
}
