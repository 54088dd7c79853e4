/** Names what a stream carries. @source Advanced Systems Format Specification, 10.4 */
export const STREAM_TYPE = {
  Audio: 'F8699E40-5B4D-11CF-A8FD-00805F5C442B',
  Video: 'BC19EFC0-5B4D-11CF-A8FD-00805F5C442B',
  Command: '59DACFC0-59E6-11D0-A3AC-00A0C90348F6',
  Jfif: 'B61BE100-5B4E-11CF-A8FD-00805F5C442B',
  DegradableJpeg: '35907DE0-E415-11CF-A917-00805F5C442B',
  FileTransfer: '91BD222C-F21C-497A-8B6D-5AA86BFC0185',
  Binary: '3AFB65E2-47EF-40F2-AC2C-70A90D71D343',
  /** PlayReady. */
  EncryptedCommand: '8683973A-6639-463A-ABD7-64F1CE3EEAE0',
} as const

/** Names how a stream guards against loss. @source Advanced Systems Format Specification, 10.5 */
export const ERROR_CORRECTION = {
  None: '20FB5700-5B55-11CF-A8FD-00805F5C442B',
  AudioSpread: 'BFC3CD50-618F-11CF-8BB2-00AA00B4E220',
} as const

/** Names the values that stand in the replicated data of a payload. @source Advanced Systems Format Specification, 10.13 */
export const PAYLOAD_EXTENSION = {
  Timecode: '399595EC-8667-4E2D-8FDB-98814CE76C1E',
  FileName: 'E165EC0E-19ED-45D7-B4A7-25CBD1E28E9B',
  ContentType: 'D590DC20-07BC-436C-9CF7-F3BBFBF1A4DC',
  PixelAspectRatio: '1B1EE554-F9EA-4BC8-821A-376B74E4C4B8',
  SampleDuration: 'C6BD9450-867F-4907-83A3-C77921B733AD',
  EncryptionSampleId: '6698B84E-0AFA-4330-AEB2-1C0A98D7A44D',
  DegradableJpeg: '00E1AF06-7BEC-11D1-A582-00C04FC29CFB',
} as const

/** Fills the reserved GUID of the Header Extension Object. @source Advanced Systems Format Specification, 10.6 */
export const RESERVED_1 = 'ABD3D211-A9BA-11CF-8EE6-00C00C205365'

/** Says by what the streams of an exclusion differ. @source Advanced Systems Format Specification, 10.11 */
export const MUTEX_TYPE = {
  Language: 'D6E22A00-35DA-11D1-9034-00A0C90349BE',
  Bitrate: 'D6E22A01-35DA-11D1-9034-00A0C90349BE',
  Unknown: 'D6E22A02-35DA-11D1-9034-00A0C90349BE',
} as const

/** Says how streams share their bit rate. @source Advanced Systems Format Specification, 10.12 */
export const BANDWIDTH_SHARING_TYPE = {
  Exclusive: 'AF6060AA-5197-11D2-B6AF-00C04FD908E9',
  Partial: 'AF6060AB-5197-11D2-B6AF-00C04FD908E9',
} as const

/** Files of a web page, as the sub-type of a file transfer stream. @source Advanced Systems Format Specification, 10.9 */
export const WEB_STREAM_SUBTYPE = '776257D4-C627-41CB-8F81-7AC7FF1C40CC'
