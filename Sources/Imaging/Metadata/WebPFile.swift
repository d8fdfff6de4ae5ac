/// The chunks of a WebP file that make up its picture.
struct WebPFile {
  /// One still picture without transparency: its chunk, heading included.
  let picture: ArraySlice<UInt8>

  /// Nil for what is no still picture.
  init?(_ file: [UInt8]) {
    var place = 12
    while place + 8 <= file.count {
      let length = file[place + 4..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      let end = place + 8 + ((length + 1) & ~1)
      guard end <= file.count else { return nil }
      if ["VP8 ", "VP8L"].contains(String(decoding: file[place..<place + 4], as: UTF8.self)) {
        picture = file[place..<end]
        return
      }
      place = end
    }
    return nil
  }

  /// A file of these chunks.
  static func file(of chunks: some Collection<UInt8>) -> [UInt8] {
    "RIFF".utf8 + littleEndian(UInt32(4 + chunks.count)) + "WEBP".utf8 + chunks
  }
}
