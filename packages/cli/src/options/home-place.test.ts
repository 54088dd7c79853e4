import { homedir } from 'node:os'
import { join } from 'node:path'

import { homePlaces } from './home-place'

describe('the places of a home', () => {
  it('goes by the option, then the variable, then the default', () => {
    const environment = { CUSTODY_HOME: '/from/variable', CUSTODY_MACHINE: '/machine' }
    expect(homePlaces({ home: '/from/option', environment })).toEqual({
      directory: '/from/option',
      machineFile: '/machine',
      authority: '/from/option-authority',
    })
    expect(homePlaces({ environment })).toEqual({
      directory: '/from/variable',
      machineFile: '/machine',
      authority: '/from/variable-authority',
    })
    expect(homePlaces({ environment: {} })).toEqual({
      directory: join(homedir(), '.custody'),
      authority: join(homedir(), '.custody-authority'),
      machineFile: join(homedir(), '.local', 'state', 'custody', 'machine'),
    })
  })

  it('IN-18: keeps the machine secret outside of every home', () => {
    const { directory, machineFile } = homePlaces({ environment: {} })
    expect(machineFile.startsWith(directory)).toBe(false)
  })

  it('follows the state folder of the desktop, and takes an empty variable as none', () => {
    expect(homePlaces({ environment: { XDG_STATE_HOME: '/state', CUSTODY_HOME: '', CUSTODY_MACHINE: '' } })).toEqual({
      directory: join(homedir(), '.custody'),
      authority: join(homedir(), '.custody-authority'),
      machineFile: '/state/custody/machine',
    })
  })

  it('takes the place of the services from the option, then the variable', () => {
    expect(homePlaces({ authority: '/option', environment: { CUSTODY_AUTHORITY: '/variable' } }).authority).toBe('/option')
    expect(homePlaces({ environment: { CUSTODY_AUTHORITY: '/variable' } }).authority).toBe('/variable')
  })
})
