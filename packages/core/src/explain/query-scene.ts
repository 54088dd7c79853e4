import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { Action } from '../license/action'
import { revokedApplication } from '../vault/vault-circumstances'
import { pastCandidates } from './past-candidates'
import type { Past } from './past'
import type { PastLicense } from './past-license'
import type { Scene } from './scene'

/** The question whether licenses allowed an action at some moment, as a scene. */
export const queryScene = (
  home: Pick<Home, 'authorityRoot' | 'application'>,
  past: Past,
  { keyId, action, isAsked }: { readonly keyId: KeyId; readonly action: Action; readonly isAsked: (license: PastLicense) => boolean }
): Scene => {
  const { now, clock, device, revocation } = past
  const barred = revokedApplication(home.application, revocation) ?? null
  return {
    candidates: pastCandidates(home, past, isAsked),
    asked: { type: 'query', keyId, action, barred, circumstances: { now, clock, device } },
  }
}
