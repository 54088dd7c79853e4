import { HRESULT } from './hresult'
import { createRestorerProperties } from './restorer-properties'

const { S_OK, E_INVALIDARG, NS_E_DRM_INVALID_PROPERTY, NS_E_DRM_UNSUPPORTED_PROPERTY } = HRESULT

describe('the properties of a backup restorer', () => {
  it('BR-3: are strings; any other type is refused with E_INVALIDARG and sets nothing', () => {
    const properties = createRestorerProperties()
    for (const value of [7, true, null, undefined, Buffer.from('/x'), { toString: () => '/x' }]) {
      expect(properties.setProp('BackupPath', value)).toBe(E_INVALIDARG)
    }
    expect(properties.getPropCount()).toBe(0)
    expect(properties.setProp('BackupPath', '/x')).toBe(S_OK)
    expect(properties.getPropByName('BackupPath')).toEqual({ hr: S_OK, name: 'BackupPath', type: 1, value: '/x' })
  })

  it('BR-4: are BackupPath and RestorePath, and no other name', () => {
    const properties = createRestorerProperties()
    for (const name of ['backuppath', 'Path', '', '__proto__']) {
      expect(properties.setProp(name, '/x')).toBe(NS_E_DRM_UNSUPPORTED_PROPERTY)
      expect(properties.getPropByName(name).hr).toBe(NS_E_DRM_UNSUPPORTED_PROPERTY)
      expect(properties.removeProp(name)).toBe(NS_E_DRM_UNSUPPORTED_PROPERTY)
    }
    expect([properties.setProp('RestorePath', '/r'), properties.setProp('BackupPath', '/b')]).toEqual([S_OK, S_OK])
  })

  it('BR-4: can be counted, got by index and by name, removed one by one and all at once', () => {
    const properties = createRestorerProperties()
    properties.setProp('RestorePath', '/r')
    properties.setProp('BackupPath', '/b')
    properties.setProp('RestorePath', '/r2')
    expect(properties.getPropCount()).toBe(2)
    expect([0, 1].map((index) => properties.getPropByIndex(index).value)).toEqual(['/r2', '/b'])
    expect([-1, 2, 0.5].map((index) => properties.getPropByIndex(index).hr)).toEqual(Array(3).fill(E_INVALIDARG))
    expect(properties.removeProp('RestorePath')).toBe(S_OK)
    expect(properties.removeProp('RestorePath')).toBe(NS_E_DRM_INVALID_PROPERTY)
    expect(properties.getPropByName('RestorePath').hr).toBe(NS_E_DRM_INVALID_PROPERTY)
    expect(properties.getPropByIndex(0).name).toBe('BackupPath')
    expect([properties.removeAllProps(), properties.getPropCount()]).toEqual([S_OK, 0])
  })
})
