import { writeSync } from 'node:fs'

import { succeed } from '../../home/testing/temporary-home'
import { protectLicense } from '../../home/protect-license'
import type { Home } from '../../home/home'
import { KeyId } from '../../identity/key-id'
import { reserveUse } from '../reserve-use'
import { stepUse } from '../use-step'
import { homeOnEngine, type HomeAddress } from './home-on-engine'

const STANDARD_OUTPUT = 1
const STORE_EVERY = 4
const RETURN_EVERY = 3

const say = (...words: ReadonlyArray<string>): void => void writeSync(STANDARD_OUTPUT, `${words.join(' ')}\n`)

/** One use from its reservation to its end; now and then it is given back instead. Each step is told when it is stored. */
const play = async (home: Home, keyId: KeyId, number: number): Promise<boolean> => {
  const answer = await succeed(reserveUse(home)({ keyId, action: 'Play' }))
  if (answer.type === 'Refused') {
    say('refused', answer.refusals.map(({ reason }) => reason).join(','))
    return false
  }
  const { useId } = answer
  say('reserved', useId)
  if (number % RETURN_EVERY === 0) {
    await succeed(stepUse(home, { type: 'ReturnUse', useId, why: 'cancelled' }))
    say('returned', useId)
    return true
  }
  await succeed(stepUse(home, { type: 'ReleaseKey', useId, grantId: `grant-${useId}`, keyIds: [keyId] }))
  say('released', useId)
  await succeed(stepUse(home, { type: 'EndUse', useId, grantId: `grant-${useId}`, outcome: 'finished' }))
  say('finished', useId)
  return true
}

/**
 * A program: says `begun`, opens a home and takes uses of the key IDs in turn until one is refused or `most` were taken;
 * stores a license of its own now and then. After each step that is acknowledged it says which.
 */
const main = async (address: HomeAddress, keyIds: ReadonlyArray<string>, most: number): Promise<void> => {
  say('begun')
  const home = await succeed(homeOnEngine(address))
  for (let number = 1; number <= most; number++) {
    const keyId = keyIds[number % keyIds.length]
    if (!KeyId.is(keyId)) throw new RangeError('not a key ID')
    if (number % STORE_EVERY === 0) {
      const { lid } = await succeed(protectLicense(home)({ conditions: { rights: [{ action: 'Play' }] } }))
      say('stored', lid)
    }
    if (!(await play(home, keyId, number))) break
  }
  home.close()
  process.exit(0)
}

const [address, keyIds, most] = process.argv.slice(3)
if (address === undefined || keyIds === undefined) throw new RangeError('an argument is missing')
void main(JSON.parse(address) as HomeAddress, keyIds.split(','), Number(most))
