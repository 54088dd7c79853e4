import { lawP1NothingClear, obeysLaws } from '@custody/pipeline/testing'

import { trim } from './trim'

const MINUTE = 60_000

describe('an operator of a user', () => {
  // region: laws
  it('obeys the laws', async () => {
    await obeysLaws(trim({ from: 0.1, to: 0.4 }), { kind: 'selecting', runs: 40 })
  }, MINUTE)
  // endregion: laws

  it('is found out where it says that it keeps all samples', async () => {
    await expect(obeysLaws(trim({ from: 0.1, to: 0.2 }), { kind: 'preserving', runs: 60 })).rejects.toMatchObject({ law: 'P4' })
    await lawP1NothingClear(trim({ from: 0.1, to: 0.2 }), { kind: 'selecting', runs: 10 })
  }, MINUTE)
})
