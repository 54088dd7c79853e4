import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { machineIdInstallation } from '@custody/core/device'
import type { ServiceTransport } from '@custody/core/exchange'
import { bindHome, openHome } from '@custody/core/home'
import { individualize } from '@custody/core/individualization'
import { systemRandom } from '@custody/core/random'
import { restoreLicenses } from '@custody/core/restore'

import { succeed } from '../authority/testing/temporary-authority'
import { eventsOf, person, restoringScene, typesOf, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

const MACHINE_ID = '0123456789abcdef0123456789abcdef'
const BASE64 = /[A-Za-z0-9_-]{8,}/g

describe('a home that is bound to the installation of its operating system', () => {
  let scene: RestoringScene
  beforeEach(async () => {
    scene = await restoringScene()
  })
  afterEach(() => scene.remove())

  /** Texts of messages, also those that lie inside them as base64url. */
  const within = (text: string): ReadonlyArray<Buffer> => [
    Buffer.from(text),
    ...(text.match(BASE64) ?? []).map((part) => Buffer.from(part, 'base64url')),
  ]
  const holdsId = (texts: ReadonlyArray<string>): boolean => {
    const id = Buffer.from(MACHINE_ID)
    const forms = [id, Buffer.from(MACHINE_ID, 'hex'), Buffer.from(id.toString('base64url'))]
    return texts.flatMap(within).some((bytes) => forms.some((form) => bytes.includes(form)))
  }

  it('R22: its machine id leaves in no message of an individualization or a restore', async () => {
    const file = join(scene.root, 'machine-id')
    writeFileSync(file, `${MACHINE_ID}\n`)
    const [directory, machineFile] = [join(scene.root, 'bound'), join(scene.root, 'bound-machine')]
    const installation = machineIdInstallation([file])
    const home = await succeed(openHome({ directory, machineFile, installation, clock: scene.clock, random: systemRandom }))
    await succeed(bindHome(home)({ kinds: ['machine-file', 'os-installation'] }))
    const sent: string[] = []
    const transport: ServiceTransport = {
      ...scene.transport,
      send: (request, signal) => {
        sent.push(request.path, ...Object.values(request.headers), Buffer.from(request.body ?? []).toString())
        return scene.transport.send(request, signal)
      },
    }
    const [client, consent] = [scene.client(transport), person('individualize', 'restore')]
    const upgraded = await eventsOf(individualize({ home, client, consent })({ forced: false }))
    expect(typesOf(upgraded)).toContain('IndividualizationSucceeded')
    const set = await scene.set([scene.license()])
    expect(typesOf(await eventsOf(restoreLicenses({ home, client, consent })({ directory: set }))).at(-1)).toBe('RestoreEnded')
    home.close()
    expect(sent.length).toBeGreaterThan(10)
    expect(holdsId(sent)).toBe(false)
    // The twin: it would be found, in a proof as in a body.
    expect(holdsId([`{"machine":"${MACHINE_ID}"}`])).toBe(true)
    expect(holdsId([`e30.${Buffer.from(`{"m":"${MACHINE_ID}"}`).toString('base64url')}.e30`])).toBe(true)
  })
})
