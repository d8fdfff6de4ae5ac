import Foundation
import Glibc
package import SystemPackage

/// The list of a run's files as bytes: for each file a flag, its path and its location, each ended by a zero byte, which no path can hold.
enum FrozenList {
  private static let named = UInt8(ascii: "n")
  private static let walked = UInt8(ascii: "w")
  private static let unreadable = UInt8(ascii: "x")

  static func bytes(_ list: InputList) -> [UInt8] {
    var bytes: [UInt8] = []
    for file in list.files {
      bytes.append(file.trouble != nil ? unreadable : file.isNamed ? named : walked)
      bytes += file.pathBytes
      bytes.append(0)
      bytes += file.locationBytes
      bytes.append(0)
    }
    return bytes
  }

  /// Nil where the bytes are no list.
  static func files(_ bytes: [UInt8]) -> [InputFile]? {
    var files: [InputFile] = []
    return bytes.withUnsafeBytes { scan($0) { files.append($0) } } ? files : nil
  }

  /// Hands on one file of a list after the other: of millions only one is held.
  ///
  /// - Returns: false where there is no such list, or it is damaged.
  static func scan<Failure: Error>(
    _ path: FilePath, _ body: (InputFile) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    guard let data = try? NSData(contentsOfFile: path.string, options: .alwaysMapped) else { return false }
    return try withExtendedLifetime(data) { () throws(Failure) in
      try scan(UnsafeRawBufferPointer(start: data.bytes, count: data.length), body)
    }
  }

  private static func scan<Failure: Error>(
    _ bytes: UnsafeRawBufferPointer, _ body: (InputFile) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    var rest = bytes
    func part() -> UnsafeRawBufferPointer? {
      guard let start = rest.baseAddress, let end = memchr(start, 0, rest.count) else { return nil }
      let length = UnsafeRawPointer(end) - start
      defer { rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...]) }
      return UnsafeRawBufferPointer(rebasing: rest[..<length])
    }
    while !rest.isEmpty {
      guard let path = part(), let location = part(), let flag = path.first,
        [named, walked, unreadable].contains(flag), path.count > 1, !location.isEmpty
      else { return false }
      try body(
        InputFile(
          location: FilePath(bytes: location), path: FilePath(bytes: path.dropFirst()), isNamed: flag == named,
          trouble: flag == unreadable ? "as when the run began" : nil))
    }
    return true
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
