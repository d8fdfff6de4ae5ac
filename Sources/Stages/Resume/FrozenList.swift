import SystemPackage

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
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
    guard parts.last?.isEmpty == true, parts.count % 2 == 1 else { return nil }
    var files: [InputFile] = []
    for index in stride(from: 0, to: parts.count - 1, by: 2) {
      let (path, location) = (parts[index].dropFirst(), parts[index + 1])
      guard let flag = parts[index].first, [named, walked, unreadable].contains(flag), !path.isEmpty,
        !location.isEmpty
      else { return nil }
      files.append(
        InputFile(
          location: FilePath(bytes: location), path: FilePath(bytes: path), isNamed: flag == named,
          trouble: flag == unreadable ? "as when the run began" : nil))
    }
    return files
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
