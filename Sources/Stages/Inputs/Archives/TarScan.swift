import Imaging
import Manifests

/// One pass over the headers of a tar archive. Contents are passed over, so it takes as long as there are members, however large they are.
///
/// Nothing in it is believed: an archive may be cut, damaged, or made to do harm.
package struct TarScan {
  /// A file, or a link to one.
  package struct Entry {
    /// As the archive has it: any bytes, with any number of slashes and dots.
    package let name: [UInt8]
    package let content: Content
    /// The first bytes of its contents, as many as tell what it is.
    package let beginning: ArraySlice<UInt8>
  }

  /// What can be said of a file's contents.
  package enum Content {
    case whole(TarMember)
    /// There are none that could be read, for a reason that the sentence gives.
    case unreadable(String)
    /// The archive ends within them.
    case cut
  }

  private var bytes: ArchiveBytes
  private var position = 0
  private var global = PaxFields()
  private var local = PaxFields()
  private var longName: [UInt8]?
  /// Whether something was said of a member that has not come yet.
  private var announces = false

  /// Names and fields are no longer than this.
  private static let mostExtended = 1 << 20

  package init(_ bytes: ArchiveBytes) { self.bytes = bytes }

  /// Hands on one file after the other, to the mark that ends an archive: a block of zeros.
  ///
  /// - Returns: why what follows cannot be read; nil at the mark, and where the last file handed on was cut.
  package mutating func run(_ body: (Entry) -> Void) -> InputFile.Trouble? {
    while true {
      let block = bytes.bytes(at: position, count: TarHeader.blockSize)
      guard block.count == TarHeader.blockSize else { return cut("the archive ends without its end mark") }
      if block.allSatisfy({ $0 == 0 }) {
        return announces ? damaged("the archive ends where a file was announced") : nil
      }
      let header: TarHeader
      do throws(TarHeader.Problem) {
        header = try TarHeader(block)
      } catch {
        return damaged(
          error == .size ? "a header gives a size that cannot be" : "a header does not have its checksum")
      }
      position += TarHeader.blockSize
      switch header.kind {
      case .extended, .global, .longName, .longTarget:
        if let trouble = take(header) { return trouble }
      default:
        guard let entry = pass(header, block) else { return damaged("a file reaches beyond all bounds") }
        if position > bytes.count, entry.content == nil { return cut("the archive ends early") }
        if let content = entry.content {
          body(Entry(name: entry.name, content: content, beginning: beginning(of: content)))
        }
        if position > bytes.count { return nil }
      }
    }
  }

  private mutating func beginning(of content: Content) -> ArraySlice<UInt8> {
    guard case .whole(let member) = content else { return [] }
    let count = min(member.contents.count, Sniffer.prefixLength)
    return bytes.bytes(at: member.contents.lowerBound, count: count)
  }

  /// Reads what a header says of those that follow.
  private mutating func take(_ header: TarHeader) -> InputFile.Trouble? {
    guard header.size <= Self.mostExtended else { return damaged("a name is longer than any can be") }
    let contents = Array(bytes.bytes(at: position, count: header.size))
    guard contents.count == header.size else { return cut("the archive ends within a header") }
    position += Self.padded(header.size)!
    do throws(PaxFields.Malformed) {
      switch header.kind {
      case .global: try global.add(contents)
      case .extended: try local.add(contents)
      case .longName: longName = TarField.text(contents[...])
      default: break
      }
    } catch {
      return damaged("the fields of a pax header cannot be read")
    }
    announces = announces || header.kind != .global
    return nil
  }

  /// Passes over a member. Nil where its size is more than there are numbers.
  private mutating func pass(
    _ header: TarHeader, _ block: ArraySlice<UInt8>
  ) -> (name: [UInt8], content: Content?)? {
    let fields = (local: local, global: global)
    let name = fields.local.sparseName ?? fields.local.path ?? longName ?? fields.global.path ?? header.name
    (local, longName, announces) = (PaxFields(), nil, false)
    var continues = header.continues
    while continues {
      let more = bytes.bytes(at: position, count: TarHeader.blockSize)
      continues = more.count == TarHeader.blockSize && more[more.startIndex + 504] != 0
      position += TarHeader.blockSize
    }
    var size = fields.local.size ?? fields.global.size ?? header.size
    // A size in their headers is that of what they lead to, or of nothing.
    if [.bare, .hardLink, .symbolicLink].contains(header.kind) { size = 0 }
    let start = position
    guard let length = Self.padded(size) else { return nil }
    let (end, overflow) = start.addingReportingOverflow(length)
    guard !overflow else { return nil }
    position = end
    // The padding of the last file may be missing.
    if start + size <= bytes.count { position = min(position, bytes.count) }
    switch header.kind {
    case .hardLink: return (name, .unreadable("a hard link in an archive, which is not followed"))
    case .symbolicLink: return (name, .unreadable("a symbolic link in an archive, which is not followed"))
    case .continuation: return (name, .unreadable("a part of a file that begins in another volume"))
    case .sparse:
      return (name, .unreadable("stored with holes, which is not read; make the archive without --sparse"))
    case .file where fields.local.isSparse || fields.global.isSparse:
      return (name, .unreadable("stored with holes, which is not read; make the archive without --sparse"))
    case .file where start + size > bytes.count: return (name, .cut)
    case .file:
      let modified = fields.local.modified ?? fields.global.modified ?? header.modified
      return (name, .whole(TarMember(contents: start..<start + size, modified: modified, header: block)))
    default: return (name, nil)
    }
  }

  private static func padded(_ size: Int) -> Int? {
    let (sum, overflow) = size.addingReportingOverflow(TarHeader.blockSize - 1)
    return overflow ? nil : sum / TarHeader.blockSize * TarHeader.blockSize
  }

  private func cut(_ sentence: String) -> InputFile.Trouble {
    InputFile.Trouble(.truncated, "\(sentence), at byte \(bytes.count); what it held behind that is lost")
  }

  private func damaged(_ sentence: String) -> InputFile.Trouble {
    InputFile.Trouble(.corrupt, "\(sentence), at byte \(position); what follows is not read")
  }
}
