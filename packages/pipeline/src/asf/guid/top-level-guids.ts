/** Names the objects that stand side by side in a file. @source Advanced Systems Format Specification, 10.1 */
export const TOP_LEVEL = {
  Header: '75B22630-668E-11CF-A6D9-00AA0062CE6C',
  Data: '75B22636-668E-11CF-A6D9-00AA0062CE6C',
  SimpleIndex: '33000890-E5B1-11CF-89F4-00A0C90349CB',
  Index: 'D6E229D3-35DA-11D1-9034-00A0C90349BE',
  MediaObjectIndex: 'FEB103F8-12AD-4C64-840F-2A1D2F7AD48C',
  TimecodeIndex: '3CB73FD0-0C4A-4803-953D-EDF7B6228F0C',
} as const
