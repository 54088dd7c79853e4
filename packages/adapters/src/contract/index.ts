export type {
  Adapter,
  AdapterDescription,
  Capabilities,
  ExportScheme,
  SignalledTrack,
  TrackSignalling,
} from './adapter'
