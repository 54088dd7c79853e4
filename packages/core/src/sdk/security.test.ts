import { FLAGS } from './flags'
import { HRESULT } from './hresult'
import type { IndividualizeRequest } from './process'
import { createSecurity } from './security'
import { individualized } from './testing/domain-traces'
import { scriptedProcess, settled } from './testing/scripted-process'
import { named } from './testing/viewed-event'

const { S_OK, E_INVALIDARG, NS_E_DRM_INDIVIDUALIZING } = HRESULT
const {
  WMDRM_SECURITY_PERFORM_INDIV,
  WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH,
  WMDRM_SECURITY_PERFORM_FORCE_INDIV,
} = FLAGS['Security update']

const make = () => {
  const [individualize, refresh] = [scriptedProcess(), scriptedProcess()]
  const asked: IndividualizeRequest[] = []
  const device = { version: '2.2.0.0' }
  const security = createSecurity({
    processes: {
      individualize: (request) => {
        asked.push(request)
        return individualize.process
      },
      refreshRevocation: () => refresh.process,
    },
    securityVersion: () => device.version,
  })
  return { individualize, refresh, asked, device, security }
}

const pulled = (security: ReturnType<typeof make>['security']): ReadonlyArray<readonly [number, number]> => {
  const { event } = security.getEvent()
  return event === null ? [] : [[event.type, event.status], ...pulled(security)]
}

describe('a security object', () => {
  it('IN-7: individualizes as needed by 0x1, in any case by 0x4, and refreshes the revocation lists by 0x2', async () => {
    const { security, individualize, refresh, asked } = make()
    for (const flags of [WMDRM_SECURITY_PERFORM_INDIV, WMDRM_SECURITY_PERFORM_FORCE_INDIV]) {
      security.performSecurityUpdate(flags)
      await settled()
      individualize.last().end(...individualized)
    }
    expect(asked).toEqual([{ forced: false, readerFlag: null }, { forced: true, readerFlag: null }])
    expect(refresh.runs).toEqual([])
    security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH)
    await settled()
    expect([asked.length, refresh.runs.length]).toEqual([2, 1])
  })

  it('IN-9, EV-7: rejects combined, unknown and no flags, and emits nothing for them', async () => {
    const { security, individualize, refresh } = make()
    for (const flags of [0, 3, 5, 6, 7, 8, -1]) {
      expect(security.performSecurityUpdate(flags)).toMatchObject({ hr: E_INVALIDARG, cookie: null, fault: { type: 'BadInput' } })
    }
    await settled()
    expect([individualize.runs, refresh.runs, pulled(security)]).toEqual([[], [], []])
  })

  it('IN-10: refuses a second individualization of either sort with NS_E_DRM_INDIVIDUALIZING; a refresh may run beside it', async () => {
    const { security, individualize } = make()
    security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_INDIV)
    await settled()
    for (const flags of [WMDRM_SECURITY_PERFORM_INDIV, WMDRM_SECURITY_PERFORM_FORCE_INDIV]) {
      expect(security.performSecurityUpdate(flags).hr).toBe(NS_E_DRM_INDIVIDUALIZING)
    }
    expect(security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH).hr).toBe(S_OK)
    await settled()
    expect(individualize.runs).toHaveLength(1)
  })

  it('IN-20, EV-11: one Completed, last of its operation, also while another interleaves', async () => {
    const { security, individualize, refresh } = make()
    security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_INDIV)
    security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH)
    await settled()
    individualize.last().emit(...individualized.slice(0, 4))
    refresh.last().end(named('RevocationRefreshBegun'), named('RevocationRefreshEnded'))
    individualize.last().end(...individualized.slice(4))
    const types = pulled(security).map(([type]) => type)
    expect(types.filter((type) => type !== 516)).toEqual([...Array(8).fill(513), 508])
    expect(types.indexOf(516)).toBeLessThan(types.indexOf(508))
  })

  it('IN-25, P-10: outlives an individualization, shows the new version and starts the next', async () => {
    const { security, individualize, device } = make()
    expect(security.getSecurityVersion()).toBe('2.2.0.0')
    security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_INDIV)
    await settled()
    device.version = '2.4.0.1'
    individualize.last().end(...individualized)
    expect(security.getSecurityVersion()).toBe('2.4.0.1')
    expect(security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_FORCE_INDIV).hr).toBe(S_OK)
  })

  it('IN-30: a cancelled one says INDI_CANCEL by its last progress, and ends with NS_E_DRM_OPERATION_CANCELED', async () => {
    const { security, individualize } = make()
    const { cookie } = security.performSecurityUpdate(WMDRM_SECURITY_PERFORM_INDIV)
    await settled()
    individualize.last().emit(...individualized.slice(0, 5))
    if (cookie === null) throw new Error('not started')
    security.cancelAsyncOperation(cookie)
    expect(individualize.last().isCancelled()).toBe(true)
    const events = Array.from({ length: 5 }, () => security.getEvent().event)
    expect(events.at(-2)?.value?.getStatus()).toMatchObject({ enIndiStatus: 8, dwHTTPRequest: 2 })
    expect(events.at(-1)).toEqual({ type: 508, status: HRESULT.NS_E_DRM_OPERATION_CANCELED, value: null })
    expect(security.getEvent().event).toBeNull()
  })
})
