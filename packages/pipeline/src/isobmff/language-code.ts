/** What `mdhd` says when no language is known. @source ISO 639-2 */
export const UNDETERMINED = 'und'

/** Each letter is five bits, counted from the character before `a`. @source ISO/IEC 14496-12, 8.4.2 */
const LETTER_BITS = 5
const LETTER_BASE = 0x60
const LETTER_MASK = 0x1f
const THREE_LETTERS = /^[a-z]{3}$/

/** Two letters of ISO 639-1 and the three of ISO 639-2/T that mean the same language. */
const ROWS = [
  'aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze',
  'ba:bak be:bel bg:bul bi:bis bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha',
  'co:cos cr:cre cs:ces cu:chu cv:chv cy:cym da:dan de:deu dv:div dz:dzo ee:ewe el:ell',
  'en:eng eo:epo es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry',
  'ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat',
  'hu:hun hy:hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl it:ita',
  'iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor',
  'kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao',
  'lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt',
  'my:mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:nld nn:nno no:nor nr:nbl nv:nav ny:nya',
  'oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh',
  'rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag si:sin sk:slk sl:slv',
  'sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel',
  'tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah',
  'ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor',
  'za:zha zh:zho zu:zul',
]

const CODES: ReadonlyMap<string, string> = new Map(
  ROWS.flatMap((row) => row.split(' ')).map((pair) => [pair.slice(0, 2), pair.slice(3)])
)

/**
 * The three letters for the language of a tag such as `en`, `pt-BR` or `deu`; `und` where there are none.
 *
 * @param tag RFC 5646 or RFC 1766 tag, or undefined.
 * @source ISO/IEC 14496-12, 8.4.2; ISO 639-2
 */
export const languageCode = (tag: string | undefined): string => {
  const primary = (tag ?? '').toLowerCase().split('-', 1)[0] ?? ''
  if (THREE_LETTERS.test(primary)) return primary
  return CODES.get(primary) ?? UNDETERMINED
}

/** Reads the packed letters of `mdhd`; undefined for `und` and for what are no letters (QuickTime numbers). */
export const unpackLanguage = (packed: number): string | undefined => {
  const letters = [packed >>> (2 * LETTER_BITS), packed >>> LETTER_BITS, packed]
  const code = letters.map((five) => String.fromCharCode(LETTER_BASE + (five & LETTER_MASK))).join('')
  return THREE_LETTERS.test(code) && code !== UNDETERMINED ? code : undefined
}

/** Packs the three letters of a code as `mdhd` holds them. */
export const packLanguage = (code: string): number =>
  [...code].reduce((sum, letter) => (sum << LETTER_BITS) | (letter.charCodeAt(0) - LETTER_BASE), 0)
