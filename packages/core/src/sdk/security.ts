import { createCookieOperations, refusedFlags, type CookieStart, type EventGenerator } from './cookies'
import { FLAGS } from './flags'
import type { IndividualizeRequest, Process } from './process'

/** The processes behind a security object. */
export interface SecurityProcesses {
  readonly individualize: (request: IndividualizeRequest) => Process
  readonly refreshRevocation: () => Process
}

/** What a security object stands on. */
export interface SecurityEnv {
  readonly processes: SecurityProcesses
  /** The security version that is installed now, as `2.4.0.1`. */
  readonly securityVersion: () => string
}

/** The security object of the second generation. It outlives an individualization and shows the new state (IN-25). */
export interface Security extends EventGenerator {
  readonly getSecurityVersion: () => string
  /**
   * Individualizes as needed (0x1) or in any case (0x4), or refreshes the revocation lists (0x2).
   *
   * @param flags exactly one of WMDRM_SECURITY_PERFORM_…; combined they are refused (IN-9).
   */
  readonly performSecurityUpdate: (flags: number) => CookieStart
}

const {
  WMDRM_SECURITY_PERFORM_INDIV,
  WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH,
  WMDRM_SECURITY_PERFORM_FORCE_INDIV,
} = FLAGS['Security update']

/** Makes a security object. */
export const createSecurity = ({ processes, securityVersion }: SecurityEnv): Security => {
  const operations = createCookieOperations()
  const individualize = (forced: boolean): CookieStart =>
    operations.start({ kind: 'individualization', process: () => processes.individualize({ forced, readerFlag: null })() })
  return {
    ...operations.generator,
    getSecurityVersion: securityVersion,
    performSecurityUpdate: (flags) => {
      switch (flags) {
        case WMDRM_SECURITY_PERFORM_INDIV:
          return individualize(false)
        case WMDRM_SECURITY_PERFORM_FORCE_INDIV:
          return individualize(true)
        case WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH:
          return operations.start({ kind: 'revocation', process: () => processes.refreshRevocation()() })
        default:
          return refusedFlags('one of WMDRM_SECURITY_PERFORM_…', flags)
      }
    },
  }
}
