import Foundation
import Glibc
import Manifests
package import SystemPackage

/// The list of a run's files as bytes: for each file a flag, what there is to say of it, its path and its location. Path and location are
/// each ended by a zero byte, which no path can hold.
package enum FrozenList {
  private static let named = UInt8(ascii: "n")
  private static let walked = UInt8(ascii: "w")
  /// A member of an archive: place, time and mark of its header go before its path. As a capital letter one that counts as named.
  private static let member = UInt8(ascii: "m")
  /// What a walk could not read: reason and sentence go before its path. As a capital letter one that was named.
  private static let trouble = UInt8(ascii: "x")

  /// Writes a list; of millions of files never more than a megabyte is held.
  static func write(_ list: InputList, to path: FilePath) throws(FileError) {
    var file = try AtomicFile(destination: path)
    var waiting: [UInt8] = []
    for index in list.files.indices {
      waiting += head(of: list.files, at: index)
      waiting += list.files.pathBytes(at: index)
      waiting.append(0)
      waiting += list.files.locationBytes(at: index)
      waiting.append(0)
      if waiting.count >= 1 << 20 {
        try file.write(waiting)
        waiting.removeAll(keepingCapacity: true)
      }
    }
    try file.write(waiting)
    try file.sync()
    try file.commit()
    try synchronizeDirectory(path.removingLastComponent())
  }

  private static func head(of files: FileTable, at index: Int) -> [UInt8] {
    if files.isPlain(at: index) { return [files.isNamed(at: index) ? named : walked] }
    let file = files[index]
    let capital: UInt8 = file.isNamed ? 0x20 : 0
    if let found = file.member {
      let numbers = [found.contents.lowerBound, found.contents.upperBound, found.modified].map(String.init)
      return [member - capital] + "\((numbers + [String(found.mark)]).joined(separator: ","))\t".utf8
    }
    guard let found = file.trouble else { preconditionFailure("what is neither is plain") }
    let sentence = found.detail.split(separator: "\t").joined(separator: " ")
    return [trouble - capital] + "\(found.reason.rawValue)\t\(sentence)\t".utf8
  }

  /// Hands on one file of a list after the other: of millions only one is held.
  ///
  /// - Returns: false where there is no such list, or it is damaged.
  package static func scan<Failure: Error>(
    _ path: FilePath, _ body: (InputFile) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path.string), options: .alwaysMapped) else {
      return false
    }
    let bytes = data as NSData
    return try scan(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.length), body)
  }

  private static func scan<Failure: Error>(
    _ bytes: UnsafeRawBufferPointer, _ body: (InputFile) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var rest = bytes[...]
    func part() -> Slice<UnsafeRawBufferPointer>? {
      guard let base = bytes.baseAddress, !rest.isEmpty,
        let found = memchr(base + rest.startIndex, 0, rest.count)
      else { return nil }
      let end = UnsafeRawPointer(found) - base
      defer { rest = rest[(end + 1)...] }
      return rest[..<end]
    }
    while !rest.isEmpty {
      guard let path = part(), let location = part(), !location.isEmpty, let file = Self.file(path, location)
      else { return false }
      try body(file)
    }
    return true
  }

  /// - Parameter text: flag, what is said, and path.
  private static func file(
    _ text: Slice<UnsafeRawBufferPointer>, _ location: Slice<UnsafeRawBufferPointer>
  ) -> InputFile? {
    guard let flag = text.first else { return nil }
    let parts: Int
    switch flag | 0x20 {
    case member: parts = 1
    case trouble: parts = 2
    default:
      guard flag == named || flag == walked else { return nil }
      parts = 0
    }
    let fields = text.dropFirst().split(
      separator: UInt8(ascii: "\t"), maxSplits: parts, omittingEmptySubsequences: false)
    guard fields.count == parts + 1, let path = fields.last, !path.isEmpty else { return nil }
    let said = fields.dropLast().map { String(decoding: $0, as: UTF8.self) }
    let isNamed = parts == 0 ? flag == named : flag & 0x20 == 0
    func file(_ member: TarMember?, _ trouble: InputFile.Trouble?) -> InputFile {
      InputFile(
        location: FilePath(bytes: location), member: member, path: FilePath(bytes: path), isNamed: isNamed,
        trouble: trouble)
    }
    switch parts {
    case 1: return tarMember(said[0]).map { file($0, nil) }
    case 2: return ReasonCode(rawValue: said[0]).map { file(nil, InputFile.Trouble($0, said[1])) }
    default: return file(nil, nil)
    }
  }

  private static func tarMember(_ text: String) -> TarMember? {
    let numbers = text.split(separator: ",")
    guard numbers.count == 4, let start = Int(numbers[0]), let end = Int(numbers[1]),
      let modified = Int(numbers[2]), let mark = UInt64(numbers[3]), start >= TarHeader.blockSize, end >= start
    else { return nil }
    return TarMember(contents: start..<end, modified: modified, mark: mark)
  }
}

extension FilePath {
  /// A path of these bytes, which hold no zero.
  package init(bytes: some Sequence<UInt8>) {
    var name = bytes.map { CChar(bitPattern: $0) }
    name.append(0)
    self = name.withUnsafeBufferPointer { FilePath(platformString: $0.baseAddress!) }
  }
}
