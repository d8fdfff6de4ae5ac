import Imaging
import Manifests
import SystemPackage

/// Lists what is in tar archives. An archive is listed as the directory would be that unpacking it gives: slashes in front of names count
/// as nothing, of several members of one name the last counts, hidden files are passed over.
struct ArchiveWalk {
  /// Of members, by their paths in the archive.
  let filter: PathFilter

  private static let endings: Set<String> = ["tar", "tgz", "tbz", "tbz2", "txz", "tzst", "tlz"]
  private static let compressedEndings: Set<String> = ["gz", "bz2", "xz", "zst", "lz4", "lz"]

  /// Whether a name may be that of an archive, compressed or not.
  static func endsLikeArchive(_ name: ArraySlice<UInt8>) -> Bool {
    guard let dot = name.suffix(5).lastIndex(of: UInt8(ascii: ".")) else { return false }
    let ending = String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
    return endings.contains(ending)
      || compressedEndings.contains(ending) && name[..<dot].suffix(4).elementsEqual(".tar".utf8)
  }

  /// Lists the members that may be photographs, and what is wrong with the archive.
  ///
  /// - Parameter path: what the members' paths begin with: that of the archive itself.
  /// - Returns: false for what is no archive and is to be taken for a photograph.
  func list(_ archive: FilePath, path: FilePath, into files: inout FileTable) -> Bool {
    guard Self.endsLikeArchive(InputFile.bytes(archive)[...]), var bytes = ArchiveBytes(archive) else {
      return false
    }
    func trouble(_ reason: ReasonCode, _ detail: String) -> InputFile {
      InputFile(location: archive, path: path, isNamed: true, trouble: InputFile.Trouble(reason, detail))
    }
    let start = Array(bytes.bytes(at: 0, count: Sniffer.prefixLength))
    if let compressor = Compressor.all.first(where: { start.starts(with: $0.signature) }) {
      files.append(trouble(.blockedFormat, compressor.advice))
      return true
    }
    // What a file is its content says, and not its name.
    guard archive.extension?.lowercased() == "tar", !Self.isPicture(start) else { return false }
    if start.isEmpty {
      files.append(trouble(.truncated, "the archive is empty"))
      return true
    }
    var scan = TarScan(bytes)
    let problem = scan.run { entry in
      if let file = file(entry, of: archive, below: path) { files.append(file) }
    }
    if let problem { files.append(trouble(problem.reason, problem.detail)) }
    return true
  }

  /// Whether a member is a picture, by name or content, or belongs to one. In the shards of data sets each photograph has others beside it; as
  /// members of the list they would have a part in the names of outputs.
  private static func concerns(_ file: InputFile, _ beginning: ArraySlice<UInt8>) -> Bool {
    if file.hasImageExtension || Sidecars.extensions.contains(file.path.extension?.lowercased() ?? "") {
      return true
    }
    return Sniffer.sniff(Array(beginning)) != .unknown
  }

  private static func isPicture(_ start: [UInt8]) -> Bool {
    if case .image = Sniffer.sniff(start) { true } else { false }
  }

  /// Nil for what a walk would pass over, too.
  private func file(_ entry: TarScan.Entry, of archive: FilePath, below path: FilePath) -> InputFile? {
    let text = entry.name.prefix { $0 != 0 }
    let components = text.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    let leadsOut = components.contains { $0.elementsEqual("..".utf8) }
    let isHidden = !leadsOut && components.contains { $0.first == UInt8(ascii: ".") }
    // A name of nothing but slashes and dots still is that of a file, of which something must be said.
    let name = components.isEmpty ? "_" : FilePath(bytes: components.joined(separator: "/".utf8))
    func found(_ member: TarMember?, _ trouble: InputFile.Trouble?) -> InputFile {
      InputFile(
        location: archive, member: member, path: path.pushing(name), isNamed: false, trouble: trouble)
    }
    switch entry.content {
    case .cut: return found(nil, .init(.truncated, "the archive ends within it; what came behind it is lost"))
    case _ where isHidden || !filter.accepts(name): return nil
    case _ where leadsOut || components.isEmpty || text.count < entry.name.count:
      return found(nil, .init(.unreadable, "its name in the archive is not that of a file below a directory"))
    case .whole(let member):
      let file = found(member, nil)
      return Self.concerns(file, entry.beginning) ? file : nil
    case .unreadable(let sentence):
      let file = found(nil, .init(.unreadable, "it is \(sentence)"))
      return file.hasImageExtension ? file : nil
    }
  }
}

/// A program that compresses files: an archive that went through it has no places that could be looked up.
private struct Compressor {
  let signature: [UInt8]
  let advice: String

  private init(_ name: String, _ signature: [UInt8], undoneBy command: String) {
    self.signature = signature
    advice = "an archive that is compressed with \(name) is not read; unpack it first with `\(command)`"
  }

  static let all = [
    Compressor("gzip", [0x1F, 0x8B], undoneBy: "gunzip --keep"),
    Compressor("zstd", [0x28, 0xB5, 0x2F, 0xFD], undoneBy: "unzstd"),
    Compressor("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], undoneBy: "unxz --keep"),
    Compressor("bzip2", Array("BZh".utf8), undoneBy: "bunzip2 --keep"),
    Compressor("lz4", [0x04, 0x22, 0x4D, 0x18], undoneBy: "unlz4"),
    Compressor("lzip", Array("LZIP".utf8), undoneBy: "lzip --decompress --keep"),
  ]
}
