import { HRESULT } from './hresult'
import { createReader } from './reader'
import type { WmtSignal } from './status-object'
import { individualized } from './testing/domain-traces'
import { scriptedProcess, settled } from './testing/scripted-process'
import { named } from './testing/viewed-event'

const { S_OK, E_INVALIDARG, NS_E_INVALID_REQUEST } = HRESULT

const make = (needsIndividualization = true) => {
  const [individualize, acquire, monitor] = [scriptedProcess(), scriptedProcess(), scriptedProcess()]
  const asked: unknown[] = []
  const received: Array<readonly [number, number, WmtSignal['value'], string]> = []
  const noting = (process: typeof individualize) => (request: unknown) => {
    asked.push(request)
    return process.process
  }
  const processes = { individualize: noting(individualize), acquire: noting(acquire), monitor: noting(monitor) }
  const license = { hr: HRESULT.NS_E_LICENSE_REQUIRED, wszURL: 'https://x.example', wszLocalFilename: '', pbPostData: 'abc' }
  const content = { header: 'header', needsIndividualization, license }
  const reader = createReader(processes, content, (status, hr, _type, value, context) => received.push([status, hr, value, context]), 'mine')
  return { reader, individualize, acquire, monitor, asked, received, license }
}

const statuses = ({ received }: ReturnType<typeof make>) => received.map(([status, hr]) => [status, hr])

describe('a reader', () => {
  it('tells that content needs an individualization, or that it is open; after the call has returned', async () => {
    for (const [needs, status] of [[true, 25], [false, 1]] as const) {
      const made = make(needs)
      made.reader.open()
      expect(made.received).toEqual([])
      await settled()
      expect(statuses(made)).toEqual([[status, S_OK]])
    }
  })

  it('IN-27, EV-13: after an individualization sends WMT_NO_RIGHTS_EX with where to get the license, and its context each time', async () => {
    const made = make()
    expect(made.reader.individualize(0)).toBe(S_OK)
    await settled()
    made.individualize.last().end(...individualized)
    expect(made.received.map(([status]) => status)).toEqual([...Array(8).fill(24), 26])
    expect(made.received.at(-1)).toEqual([26, S_OK, made.license, 'mine'])
    expect(made.received.every(([, , , context]) => context === 'mine')).toBe(true)
  })

  it('IN-16: takes 0 and 1 and hands them on, and nothing depends on them; other values are refused', async () => {
    const traces = await Promise.all(
      [0, 1].map(async (flag) => {
        const made = make()
        expect(made.reader.individualize(flag)).toBe(S_OK)
        await settled()
        made.individualize.last().end(...individualized)
        expect(made.asked).toEqual([{ forced: false, readerFlag: flag }])
        return statuses(made)
      })
    )
    expect(traces[0]).toEqual(traces[1])
    const { reader, asked } = make()
    expect([2, -1, 0.5].map((flag) => reader.individualize(flag))).toEqual(Array(3).fill(E_INVALIDARG))
    expect(asked).toEqual([])
  })

  it('IN-10: refuses a second individualization with NS_E_DRM_INDIVIDUALIZING', () => {
    const { reader } = make()
    expect([reader.individualize(0), reader.individualize(1)]).toEqual([S_OK, HRESULT.NS_E_DRM_INDIVIDUALIZING])
  })

  it('IN-30: cancelled says INDI_CANCEL, once, and no WMT_NO_RIGHTS_EX', async () => {
    const made = make()
    made.reader.individualize(0)
    await settled()
    made.individualize.last().emit(...individualized.slice(0, 2))
    expect(made.reader.cancelIndividualization()).toBe(S_OK)
    expect(made.reader.cancelIndividualization()).toBe(NS_E_INVALID_REQUEST)
    expect(statuses(made)).toEqual([[24, S_OK], [24, HRESULT.NS_E_DRM_OPERATION_CANCELED]])
    expect(made.received.at(-1)?.[2]).toMatchObject({ enIndiStatus: 8 })
  })

  it('LI-64, EV-8: each cancel ends its own operation with its own success code', async () => {
    const made = make()
    made.reader.acquireLicense(true)
    made.reader.monitorLicenseAcquisition()
    await settled()
    expect(made.reader.cancelMonitorLicenseAcquisition()).toBe(S_OK)
    expect(made.acquire.last().isCancelled()).toBe(false)
    expect(made.reader.cancelLicenseAcquisition()).toBe(S_OK)
    expect(statuses(made)).toEqual([[23, HRESULT.NS_S_DRM_MONITOR_CANCELLED], [23, HRESULT.NS_S_DRM_ACQUIRE_CANCELLED]])
    expect(made.reader.cancelLicenseAcquisition()).toBe(NS_E_INVALID_REQUEST)
  })

  it('a non-silent acquisition ends with where to post what', async () => {
    const made = make()
    made.reader.acquireLicense(false)
    await settled()
    made.acquire.last().end(named('AcquisitionChallenged', { url: 'https://x.example/page', challenge: 'abc' }))
    const value = { hr: S_OK, wszURL: 'https://x.example/page', wszLocalFilename: '', pbPostData: 'abc' }
    expect(made.received).toEqual([[23, S_OK, value, 'mine']])
    expect(made.asked).toEqual([{ mode: 'non-silent', content: 'header', url: null }])
  })

  it('a silent acquisition that is refused says by its code what to do next', async () => {
    const made = make()
    const codes = [
      ['IndividualizationRequired', 'NS_E_DRM_NEEDS_INDIVIDUALIZATION'],
      ['NotSilent', 'NS_E_DRM_LICENSE_NOTACQUIRED'],
      ['StoreLocked', 'NS_E_DRM_LICENSE_STORE_ERROR'],
      ['NoRight', 'NS_E_DRM_NO_RIGHTS'],
      ['SomethingElse', 'NS_E_DRM_UNABLE_TO_ACQUIRE_LICENSE'],
    ] as const
    for (const [reason] of codes) {
      made.reader.acquireLicense(true)
      await settled()
      made.acquire.last().end(named('AcquisitionRefused', { reason }))
    }
    expect(statuses(made)).toEqual(codes.map(([, code]) => [23, HRESULT[code]]))
  })
})
