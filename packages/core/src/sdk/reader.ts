import { FLAGS } from './flags'
import { generationA, NO_LICENSE_DATA } from './generation-a'
import { HRESULT } from './hresult'
import type { AcquireRequest, IndividualizeRequest, Process, ProcessKind } from './process'
import type { WmGetLicenseData } from './status-object'
import { withContext, type OnStatus } from './status-callback'
import { createTurns } from './turns'
import { WMT_STATUS } from './wmt-status'

/** The processes behind a reader. */
export interface ReaderProcesses {
  readonly individualize: (request: IndividualizeRequest) => Process
  readonly acquire: (request: AcquireRequest) => Process
  /** @param content as in `AcquireRequest`. */
  readonly monitor: (content: string) => Process
}

/** The content that a reader has open. */
export interface ReaderContent {
  /** Its DRM header. */
  readonly header: string
  /** Whether it asks for more than is installed. */
  readonly needsIndividualization: boolean
  /** Where a license for it is to be got. */
  readonly license?: WmGetLicenseData
}

/** The rights calls of a reader, as IWMDRMReader has them. Each answers with an HRESULT that speaks for the start only. */
export interface Reader {
  /** Tells whether the content opens as it is: sends WMT_NEEDS_INDIVIDUALIZATION, or WMT_OPENED (IN-5). */
  readonly open: () => void
  /** @param flag 0, may be individualized again; 1, will not be (IN-16). Others are refused. Call it after consent (IN-12). */
  readonly individualize: (flag: number) => number
  readonly cancelIndividualization: () => number
  /** @param silent whether without a page that the application opens. */
  readonly acquireLicense: (silent: boolean) => number
  readonly cancelLicenseAcquisition: () => number
  readonly monitorLicenseAcquisition: () => number
  readonly cancelMonitorLicenseAcquisition: () => number
}

/** Makes a reader over the processes, for one content; `context` comes back with every status (EV-13). */
export const createReader = <Context>(
  processes: ReaderProcesses,
  content: ReaderContent,
  onStatus: OnStatus<Context>,
  context: Context
): Reader => {
  const turns = createTurns()
  const deliver = withContext(onStatus, context)
  const start = (kind: ProcessKind, process: Process): number => {
    const translate = generationA(kind, content.license ?? NO_LICENSE_DATA)
    return turns.start({ kind, process, translate, deliver }).hr
  }
  const cancel = (kind: ProcessKind) => (): number => {
    const operation = turns.running(kind)
    operation?.cancel()
    return operation === undefined ? HRESULT.NS_E_INVALID_REQUEST : HRESULT.S_OK
  }
  const { header, needsIndividualization } = content
  return {
    open: () => {
      const status = needsIndividualization ? WMT_STATUS.WMT_NEEDS_INDIVIDUALIZATION : WMT_STATUS.WMT_OPENED
      queueMicrotask(() => deliver({ status, hr: HRESULT.S_OK, type: FLAGS.DRM_ATTR_DATATYPE.DWORD, value: null }))
    },
    individualize: (flag) => {
      if (flag !== 0 && flag !== 1) return HRESULT.E_INVALIDARG
      return start('individualization', () => processes.individualize({ forced: false, readerFlag: flag })())
    },
    cancelIndividualization: cancel('individualization'),
    acquireLicense: (silent) => {
      const request: AcquireRequest = { mode: silent ? 'silent' : 'non-silent', content: header, url: null }
      return start('acquisition', () => processes.acquire(request)())
    },
    cancelLicenseAcquisition: cancel('acquisition'),
    monitorLicenseAcquisition: () => start('monitoring', () => processes.monitor(header)()),
    cancelMonitorLicenseAcquisition: cancel('monitoring'),
  }
}
