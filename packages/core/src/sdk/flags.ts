/**
 * The flags and small numbers that the calls of both generations take, by group.
 *
 * @source docs/reference/domain.md, section 2.5: public headers wmdrmsdk.h and wmsdkidl.h
 */
export const FLAGS = {
  Backup: {
    WM_BACKUP_OVERWRITE: 0x1,
    WMDRM_BACKUP_OVERWRITE: 0x1,
  },
  Restore: {
    WM_RESTORE_INDIVIDUALIZE: 0x2,
    WMDRM_RESTORE_INDIVIDUALIZE: 0x2,
  },
  'Security update': {
    WMDRM_SECURITY_PERFORM_INDIV: 0x1,
    WMDRM_SECURITY_PERFORM_REVOCATION_REFRESH: 0x2,
    WMDRM_SECURITY_PERFORM_FORCE_INDIV: 0x4,
  },
  Acquire: {
    WMDRM_ACQUIRE_LICENSE_SILENT: 0x1,
    WMDRM_ACQUIRE_LICENSE_NONSILENT: 0x2,
    WMDRM_ACQUIRE_LICENSE_LEGACY_NONSILENT: 0x4,
  },
  Delete: {
    WMDRM_DELETE_LICENSE_IMMEDIATELY: 0x1,
    WMDRM_DELETE_LICENSE_MARK_FOR_PURGE: 0x2,
  },
  Clean: {
    WMDRM_CLEAN_LICENSE_STORE_SYNC: 0x1,
    WMDRM_CLEAN_LICENSE_STORE_ASYNC: 0x2,
  },
  'License format': {
    WMDRM_LICENSE_TYPE_XML: 1,
    WMDRM_LICENSE_TYPE_XMR: 2,
  },
  'Machine certificate': {
    WMDRM_CERTIFICATE_TYPE_V1: 1,
    WMDRM_CERTIFICATE_TYPE_V2: 2,
  },
  'Application certificate': {
    WMDRM_CERTIFICATE_TYPE_XML: 1,
  },
  'Session protection': {
    WMDRM_PROTECTION_TYPE_RC4: 1,
  },
  'Key types': {
    WMDRM_KEYTYPE_RC4: 0,
    WMDRM_KEYTYPE_COCKTAIL: 1,
  },
  'State data `dwVague`': {
    DRM_LICENSE_STATE_DATA_VAGUE: 1,
    DRM_LICENSE_STATE_DATA_OPL_PRESENT: 2,
    DRM_LICENSE_STATE_DATA_SAP_PRESENT: 4,
  },
  'OPL selector': {
    WMDRM_OPL_PLAY: 1,
    WMDRM_OPL_COPY: 2,
  },
  'OPL versions': {
    VER_DRM_PLAY_OPL_V1: 1,
    VER_DRM_PLAY_OPL: 2,
    VER_DRM_VIDEO_OUTPUT_PROTECTION: 2,
  },
  'Device registration': {
    DRM_DEVICE_REGISTER_TYPE_STREAMING: 1,
    DRM_DEVICE_REGISTER_TYPE_STORAGE: 2,
  },
  'Playlist content id': {
    V2_VALID: 1,
    V1_VALID: 2,
    OTHER_VALID: 4,
    CANCEL: 1,
    COMMIT: 2,
  },
  DRM_CRYPTO_TYPE: {
    CRYPTO_TYPE_MCE: 0,
  },
  DRM_ATTR_DATATYPE: {
    DWORD: 0,
    STRING: 1,
    BINARY: 2,
    BOOL: 3,
    QWORD: 4,
    WORD: 5,
    GUID: 6,
  },
  WMT_DRMLA_TRUST: {
    UNTRUSTED: 0,
    TRUSTED: 1,
    TAMPERED: 2,
  },
  WMDRMNET_POLICY_TYPE: {
    UNDEFINED: 0,
    TRANSCRYPTPLAY: 1,
  },
} as const
