import { writeSync } from 'node:fs'
import * as E from 'fp-ts/Either'

import { succeed } from '../../home/testing/temporary-home'
import { keyIdFromText } from '../../identity/key-id'
import { systemIdFromText } from '../../identity/system-id'
import { authorizeExport } from '../../transfer/authorize-export'
import { homeOnEngine, type HomeAddress } from '../../vault/testing/home-on-engine'
import { connectPipeline } from '../connect-pipeline'

const STANDARD_OUTPUT = 1
const FOREVER = 2 ** 30

/** Says a word and stays, so that it can be killed right here. */
const stay = async (word: string): Promise<void> => {
  writeSync(STANDARD_OUTPUT, `${word}\n`)
  await new Promise((resolve) => setTimeout(resolve, FOREVER))
}

/** A program: authorises one export of a key ID and stays at `granted`, or opens the grant and stays at `released`. */
const main = async (address: HomeAddress, keyIdText: string, systemText: string, until: string): Promise<void> => {
  const redeemer = connectPipeline()
  const home = await succeed(homeOnEngine(address))
  const [keyId, system] = [keyIdFromText(keyIdText), systemIdFromText(systemText)]
  if (E.isLeft(keyId) || E.isLeft(system)) throw new RangeError('no key ID or no system')
  const decision = await succeed(
    authorizeExport(home)({
      keyId: keyId.right,
      system: system.right,
      action: 'Copy',
      source: { digest: 'A'.repeat(43) },
      registered: [system.right],
      targetKeys: [{ scheme: 'cenc' }],
    })
  )
  if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
  if (until === 'granted') await stay('granted')
  await succeed(redeemer.open(decision.grant))
  await stay('released')
}

const [address, keyId, system, until] = process.argv.slice(3)
if (address === undefined || keyId === undefined || system === undefined || until === undefined) {
  throw new RangeError('an argument is missing')
}
void main(JSON.parse(address) as HomeAddress, keyId, system, until)
