import { guidBytes, readGuid } from './guid-text'
import { EXTENSION_CHILD, HEADER_CHILD } from './header-guids'
import { ERROR_CORRECTION, PAYLOAD_EXTENSION, RESERVED_1, STREAM_TYPE } from './stream-guids'
import { TOP_LEVEL } from './top-level-guids'

/** Disk bytes from the list of the specification, written down apart from the tables. */
const ON_DISK: Readonly<Record<string, ReadonlyArray<string>>> = {
  top: [
    '3026b2758e66cf11a6d900aa0062ce6c',
    '3626b2758e66cf11a6d900aa0062ce6c',
    '90080033b1e5cf1189f400a0c90349cb',
    'd329e2d6da35d111903400a0c90349be',
    'f803b1fead12644c840f2a1d2f7ad48c',
    'd03fb73c4a0c0348953dedf7b6228f0c',
  ],
  header: [
    'a1dcab8c47a9cf118ee400c00c205365',
    '9107dcb7b7a9cf118ee600c00c205365',
    'b503bf5f2ea9cf118ee300c00c205365',
    '4052d1861d31d011a3a400a0c90348f6',
    '301afb1e620bd011a39b00a0c90348f6',
    '01cd87f451a9cf118ee600c00c205365',
    'dc29e2d6da35d111903400a0c90349be',
    '3526b2758e66cf11a6d900aa0062ce6c',
    '3326b2758e66cf11a6d900aa0062ce6c',
    '40a4d0d207e3d21197f000a0c95ea850',
    'ce75f87b8d46d1118d82006097c9a2b2',
    'fab3112223bdd211b4b700a0c955fc6e',
    'fbb3112223bdd211b4b700a0c955fc6e',
    '14e68a292226174cb935dae07ee9289c',
    'fcb3112223bdd211b4b700a0c955fc6e',
    '74d40618dfca0945a4ba9aabcb96aae8',
  ],
  extension: [
    'cba5e61472c632438399a96952065b5a',
    'cf4986a0754770468a166e35357566cd',
    '405a46d1795a3843b71be36b8fd6c249',
    '5bd1fed4d3884f4581f0ed5c45999e24',
    'e60996a67b51d211b6af00c04fd908e9',
    'a946437ce0effc4bb229393ede415c85',
    'eacbf8c5af5b77488467aa8c44fa4cca',
    '941c23449894d149a1411d134e457054',
    'df29e2d6da35d111903400a0c90349be',
    'ad3b206b113fe448aca8d7613de2cfa7',
    '6d495ef597975d4b8c8b604dfe9bfb24',
    '5d8bf1268445ec479f5f0e651f0452c9',
    '338505438169e6499b74ad12cb86d58c',
    '20deaad9177c9c4fbc288555dd98e2a2',
    '79f0049a40988642ab92e65be0885f95',
  ],
  stream: [
    '409e69f84d5bcf11a8fd00805f5c442b',
    'c0ef19bc4d5bcf11a8fd00805f5c442b',
    'c0cfda59e659d011a3ac00a0c90348f6',
    '00e11bb64e5bcf11a8fd00805f5c442b',
    'e07d903515e4cf11a91700805f5c442b',
    '2c22bd911cf27a498b6d5aa86bfc0185',
    'e265fb3aef47f240ac2c70a90d71d343',
    '3a97838639663a46abd764f1ce3eeae0',
  ],
  correction: ['0057fb20555bcf11a8fd00805f5c442b', '50cdc3bf8f61cf118bb200aa00b4e220'],
  payload: [
    'ec95953967862d4e8fdb98814ce76c1e',
    '0eec65e1ed19d745b4a725cbd1e28e9b',
    '20dc90d5bc076c439cf7f3bbfbf1a4dc',
    '54e51e1beaf9c84b821a376b74e4c4b8',
    '5094bdc67f86074983a3c77921b733ad',
    '4eb89866fa0a3043aeb21c0a98d7a44d',
    '06afe100ec7bd111a58200c04fc29cfb',
  ],
  reserved: ['11d2d3abbaa9cf118ee600c00c205365'],
}

const hex = (text: string): string => Buffer.from(guidBytes(text)).toString('hex')

describe('the GUIDs', () => {
  it.each([
    ['top', TOP_LEVEL],
    ['header', HEADER_CHILD],
    ['extension', EXTENSION_CHILD],
    ['stream', STREAM_TYPE],
    ['correction', ERROR_CORRECTION],
    ['payload', PAYLOAD_EXTENSION],
    ['reserved', { RESERVED_1 }],
  ] as const)('%s: are the ones of the specification on disk', (name, table) => {
    expect(Object.values(table).map(hex)).toEqual(ON_DISK[name])
  })

  it('are read back in text order', () => {
    const text = '7A079BB6-DAA4-4E12-A5CA-91D38DC11A8D'
    expect(readGuid(guidBytes(text), 0)).toBe(text)
    expect(readGuid(new Uint8Array(3), 0)).toBe('00000000-0000-0000-0000-000000000000')
  })
})
