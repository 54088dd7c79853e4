import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

import { mintGrant, type GrantInsides } from '../transfer/grant'

const BUILT = join(__dirname, '..', '..', 'dist', 'pipeline-connection', 'index.js')

/** A worker has a redeemer of its own, as a worker that authorises itself needs; it opens what was minted there. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads')
const redeemer = require(workerData.built).connectPipeline()
redeemer.open(workerData.grant)().then((opened) => parentPort.postMessage(opened.left ?? 'opened'))
`

describe('a grant that is sent to a worker thread', () => {
  it('is an ordinary object there and opens nothing', async () => {
    const grant = mintGrant({ id: 'grant', sources: [] } as unknown as GrantInsides)
    const worker = new Worker(PROGRAM, { eval: true, workerData: { built: BUILT, grant } })
    const [told] = (await once(worker, 'message')) as [unknown]
    await worker.terminate()
    expect(told).toEqual({ type: 'GrantForged', what: 'an ordinary object: a literal, a spread, a clone or parsed text' })
  })

  it('cannot be transferred either', () => {
    const grant = mintGrant({ id: 'grant', sources: [] } as unknown as GrantInsides)
    expect(() => structuredClone(grant, { transfer: [grant as never] })).toThrow()
  })
})
