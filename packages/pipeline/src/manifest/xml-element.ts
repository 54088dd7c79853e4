/** An XML element to be written. Namespace declarations are ordinary attributes. */
export interface XmlElement {
  /** With its prefix, as in `cenc:pssh`. */
  readonly name: string
  readonly attributes?: Readonly<Record<string, string>>
  /** Elements and text, in order. */
  readonly children?: ReadonlyArray<XmlElement | string>
}
