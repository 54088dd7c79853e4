/** Names the objects inside the Header Object. @source Advanced Systems Format Specification, 10.2 */
export const HEADER_CHILD = {
  FileProperties: '8CABDCA1-A947-11CF-8EE4-00C00C205365',
  StreamProperties: 'B7DC0791-A9B7-11CF-8EE6-00C00C205365',
  HeaderExtension: '5FBF03B5-A92E-11CF-8EE3-00C00C205365',
  CodecList: '86D15240-311D-11D0-A3A4-00A0C90348F6',
  ScriptCommand: '1EFB1A30-0B62-11D0-A39B-00A0C90348F6',
  Marker: 'F487CD01-A951-11CF-8EE6-00C00C205365',
  BitrateMutualExclusion: 'D6E229DC-35DA-11D1-9034-00A0C90349BE',
  ErrorCorrection: '75B22635-668E-11CF-A6D9-00AA0062CE6C',
  ContentDescription: '75B22633-668E-11CF-A6D9-00AA0062CE6C',
  ExtendedContentDescription: 'D2D0A440-E307-11D2-97F0-00A0C95EA850',
  StreamBitrateProperties: '7BF875CE-468D-11D1-8D82-006097C9A2B2',
  ContentBranding: '2211B3FA-BD23-11D2-B4B7-00A0C955FC6E',
  ContentEncryption: '2211B3FB-BD23-11D2-B4B7-00A0C955FC6E',
  ExtendedContentEncryption: '298AE614-2622-4C17-B935-DAE07EE9289C',
  DigitalSignature: '2211B3FC-BD23-11D2-B4B7-00A0C955FC6E',
  Padding: '1806D474-CADF-4509-A4BA-9AABCB96AAE8',
} as const

/** Names the objects inside the Header Extension Object. @source Advanced Systems Format Specification, 10.3 */
export const EXTENSION_CHILD = {
  ExtendedStreamProperties: '14E6A5CB-C672-4332-8399-A96952065B5A',
  AdvancedMutualExclusion: 'A08649CF-4775-4670-8A16-6E35357566CD',
  GroupMutualExclusion: 'D1465A40-5A79-4338-B71B-E36B8FD6C249',
  StreamPrioritization: 'D4FED15B-88D3-454F-81F0-ED5C45999E24',
  BandwidthSharing: 'A69609E6-517B-11D2-B6AF-00C04FD908E9',
  LanguageList: '7C4346A9-EFE0-4BFC-B229-393EDE415C85',
  Metadata: 'C5F8CBEA-5BAF-4877-8467-AA8C44FA4CCA',
  MetadataLibrary: '44231C94-9498-49D1-A141-1D134E457054',
  IndexParameters: 'D6E229DF-35DA-11D1-9034-00A0C90349BE',
  MediaObjectIndexParameters: '6B203BAD-3F11-48E4-ACA8-D7613DE2CFA7',
  TimecodeIndexParameters: 'F55E496D-9797-4B5D-8C8B-604DFE9BFB24',
  Compatibility: '26F18B5D-4584-47EC-9F5F-0E651F0452C9',
  AdvancedContentEncryption: '43058533-6981-49E6-9B74-AD12CB86D58C',
  /** Not in the specification; Microsoft encoders write it. */
  IndexParametersPlaceholder: 'D9AADE20-7C17-4F9C-BC28-8555DD98E2A2',
  /** PlayReady; whether it stands in the header or the extension is unverified, so both are read. */
  ProtectionSystemIdentifier: '9A04F079-9840-4286-AB92-E65BE0885F95',
} as const
