import Foundation

/// The stored entries of a zip file in memory.
///
/// PyTorch writes them uncompressed and without comments, so nothing else is read: compression, encryption, several
/// disks and, for archives below 4 GiB not needed, zip64 are refused. Entries must have different names and bytes of
/// their own. Layout: PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
struct ZipArchive {
  private struct Entry {
    /// The data, in bytes of the file.
    let range: Range<Int>
    let checksum: UInt32
  }

  private static let endSize = 22
  private static let centralSize = 46
  private static let localSize = 30

  private let bytes: Data
  private let origin: String
  private let entries: [String: Entry]

  /// Whether a file begins as zip files do.
  static func isLikely(_ bytes: Data) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

  /// Reads the directory and checks all of it. The bytes' indices start at 0.
  init(_ bytes: Data, origin: String) throws(ModelError) {
    self.bytes = bytes
    self.origin = origin
    let (count, directory) = try ZipArchive.findDirectory(bytes, origin: origin)
    var cursor = ByteCursor(bytes, in: directory, origin: origin)
    var entries: [String: Entry] = [:]
    var occupied: [Range<Int>] = []
    for _ in 0..<count {
      let (name, entry, whole) = try ZipArchive.readEntry(&cursor, bytes, before: directory.lowerBound)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw cursor.malformed("has two entries called '\(name.shortened)'")
      }
      occupied.append(whole)
    }
    occupied.sort { $0.lowerBound < $1.lowerBound }
    for (one, next) in zip(occupied, occupied.dropFirst()) where next.lowerBound < one.upperBound {
      throw cursor.malformed("has zip entries that overlap at byte \(next.lowerBound)")
    }
    self.entries = entries
  }

  var names: some Collection<String> { entries.keys }

  /// The bytes of an entry, compared with their checksum but not copied; nil if there is none of that name.
  func contents(_ name: String) throws(ModelError) -> Data? {
    guard let entry = entries[name] else { return nil }
    let data = bytes[entry.range]
    guard CRC32.of(data) == entry.checksum else {
      throw ModelError(.malformed, in: origin, at: name, "differs from its checksum; the file is damaged")
    }
    return data
  }

  /// How many entries the directory lists, and where it lies.
  private static func findDirectory(
    _ bytes: Data, origin: String
  ) throws(ModelError) -> (count: Int, range: Range<Int>) {
    func damaged(_ detail: String) -> ModelError {
      ModelError(.malformed, in: origin, "\(detail); the zip file is cut or damaged")
    }
    guard bytes.count >= endSize else { throw damaged("is too short for a zip directory") }
    let endStart = bytes.count - endSize
    var cursor = ByteCursor(bytes, in: endStart..<bytes.count, origin: origin)
    guard try cursor.number(UInt32.self) == 0x0605_4B50 else {
      throw damaged("does not end in a zip directory")
    }
    let disks = (try cursor.number(UInt16.self), try cursor.number(UInt16.self))
    let (here, count) = (try cursor.number(UInt16.self), try cursor.number(UInt16.self))
    let (size, start) = (try cursor.number(UInt32.self), try cursor.number(UInt32.self))
    guard disks == (0, 0), here == count, try cursor.number(UInt16.self) == 0 else {
      throw damaged("has a zip directory of several disks, or with a comment")
    }
    guard count < UInt16.max, start < UInt32.max else {
      throw ModelError(.unsupported, in: origin, "is a zip64 file; checkpoints up to 4 GiB can be read")
    }
    let directory = Int(start)..<Int(start) + Int(size)
    guard directory.upperBound <= endStart, Int(count) * centralSize <= directory.count else {
      throw damaged("has a zip directory of impossible place or size")
    }
    return (Int(count), directory)
  }

  /// The next entry of the directory, and all bytes it takes up with its own header.
  private static func readEntry(
    _ cursor: inout ByteCursor, _ bytes: Data, before limit: Int
  ) throws(ModelError) -> (name: String, entry: Entry, whole: Range<Int>) {
    guard try cursor.number(UInt32.self) == 0x0201_4B50 else {
      throw cursor.malformed("has a zip directory with something else in it at byte \(cursor.position - 4)")
    }
    _ = try cursor.take(4)
    let flags = try cursor.number(UInt16.self)
    let method = try cursor.number(UInt16.self)
    _ = try cursor.take(4)
    let checksum = try cursor.number(UInt32.self)
    let (packed, size) = (try cursor.number(UInt32.self), try cursor.number(UInt32.self))
    let lengths = (
      name: Int(try cursor.number(UInt16.self)), extra: Int(try cursor.number(UInt16.self)),
      comment: Int(try cursor.number(UInt16.self))
    )
    _ = try cursor.take(8)
    let start = try cursor.number(UInt32.self)
    let name = try cursor.text(lengths.name)
    _ = try cursor.take(lengths.extra + lengths.comment)
    guard flags & 1 == 0, method == 0, packed == size else {
      throw ModelError(
        .unsupported, in: cursor.origin, at: name.shortened,
        "is compressed or encrypted; PyTorch stores its entries as they are")
    }
    let data = try dataStart(at: Int(start), of: name, bytes, before: limit, origin: cursor.origin)
    guard Int(size) <= limit - data else {
      throw cursor.malformed("has a zip entry '\(name.shortened)' of \(size) bytes, which end outside the file")
    }
    let entry = Entry(range: data..<data + Int(size), checksum: checksum)
    return (name, entry, Int(start)..<entry.range.upperBound)
  }

  /// Where an entry's data start: behind the header of its own, which repeats the name.
  private static func dataStart(
    at start: Int, of name: String, _ bytes: Data, before limit: Int, origin: String
  ) throws(ModelError) -> Int {
    func damaged() -> ModelError {
      ModelError(
        .malformed, in: origin, at: name.shortened, "is not where the zip directory says; the file is damaged")
    }
    guard start <= limit - localSize else { throw damaged() }
    var cursor = ByteCursor(bytes, in: start..<limit, origin: origin)
    guard try cursor.number(UInt32.self) == 0x0403_4B50 else { throw damaged() }
    _ = try cursor.take(localSize - 8)
    let (length, extra) = (Int(try cursor.number(UInt16.self)), Int(try cursor.number(UInt16.self)))
    guard length + extra <= cursor.remaining, try cursor.text(length) == name else { throw damaged() }
    return cursor.position + extra
  }
}

extension String {
  /// The text for a message: one line of moderate length, whatever the file said.
  var shortened: String {
    let visible = unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "?" : String($0) }
    return visible.joined() + (unicodeScalars.count > 60 ? "…" : "")
  }
}
