/// The captions and credits of news agencies: IPTC-IIM, alone or among Photoshop's image resources.
enum IPTCBlock {
  private static let heading = Array("Photoshop 3.0\0".utf8)
  private static let signature = Array("8BIM".utf8)
  private static let datasets: UInt16 = 0x0404

  /// The datasets that a policy lets through; nil where none is left or nothing can be read.
  static func filtered(_ block: [UInt8], _ policy: MetadataPolicy) -> [UInt8]? {
    var kept: [UInt8] = []
    var saysSomething = false
    var rest = datasets(in: block)
    // Each begins with a mark, its record, its number and a length of two bytes; a longer length is a picture.
    while rest.count >= 5, rest[rest.startIndex] == 0x1C {
      let head = Array(rest.prefix(5))
      let length = Int(head[3]) << 8 | Int(head[4])
      guard length < 0x8000, length <= rest.count - 5 else { break }
      let isFrame = (head[1], head[2]) == (1, 90) || (head[1], head[2]) == (2, 0)
      if isFrame || keeps(record: head[1], dataset: head[2], policy) {
        kept += rest.prefix(5 + length)
        saysSomething = saysSomething || !isFrame
      }
      rest = rest.dropFirst(5 + length)
    }
    return saysSomething ? kept : nil
  }

  /// The datasets as a JPEG file holds them, behind the heading of Photoshop's resources.
  static func asResource(_ datasets: [UInt8]) -> [UInt8] {
    var bytes = heading + signature
    bytes += [UInt8(Self.datasets >> 8), UInt8(Self.datasets & 255), 0, 0]
    bytes += withUnsafeBytes(of: UInt32(datasets.count).bigEndian) { Array($0) }
    bytes += datasets
    return datasets.count % 2 == 1 ? bytes + [0] : bytes
  }

  /// By-line, credit, source and copyright; or everything but previews.
  private static func keeps(record: UInt8, dataset: UInt8, _ policy: MetadataPolicy) -> Bool {
    switch policy {
    case .strip: false
    case .copyright: record == 2 && [80, 110, 115, 116].contains(dataset)
    case .keep: record == 1 || record == 2 && dataset < 200
    }
  }

  /// The datasets of a block that may hold other resources too.
  private static func datasets(in block: [UInt8]) -> ArraySlice<UInt8> {
    guard block.starts(with: heading) || block.starts(with: signature) else { return block[...] }
    var rest = block.starts(with: heading) ? block.dropFirst(heading.count) : block[...]
    while rest.starts(with: signature) {
      let head = Array(rest.dropFirst(4).prefix(3))
      guard head.count == 3 else { break }
      let kind = UInt16(head[0]) << 8 | UInt16(head[1])
      // A name of any length, with its length before it, fills an even number of bytes.
      let nameLength = (Int(head[2]) + 2) & ~1
      let size = Array(rest.dropFirst(6 + nameLength).prefix(4))
      guard size.count == 4 else { break }
      let count = size.reduce(0) { $0 << 8 | Int($1) }
      let content = rest.dropFirst(10 + nameLength)
      guard count <= content.count else { break }
      if kind == datasets { return content.prefix(count) }
      rest = content.dropFirst((count + 1) & ~1)
    }
    return []
  }
}
