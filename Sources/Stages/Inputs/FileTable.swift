import Glibc
import SystemPackage

/// The files of a run, as one block of bytes and five numbers for each: a list of millions stays small.
///
/// A location mostly ends as its path does, below one of a few directories. So only what stands before that is kept, once for all
/// files that share it. A million paths of 60 bytes take some 85 MB.
package struct FileTable: RandomAccessCollection, Hashable, Sendable, ExpressibleByArrayLiteral {
  private struct Entry: Hashable {
    /// The path's first byte in `bytes`.
    let start: Int
    let length: UInt32
    /// How many of the path's last bytes end the location too.
    let shared: UInt32
    /// What the location begins with: its place in `beginnings`.
    let beginning: UInt32
    let detail: Detail
  }

  /// Whether the file was named, what it is, and where more is said of it, in 32 bits.
  private struct Detail: Hashable {
    enum Kind: UInt32 { case file, member, trouble }

    private let bits: UInt32

    init(_ kind: Kind, isNamed: Bool, place: Int) {
      precondition(place < 1 << 29, "so many members have no place in one run")
      bits = UInt32(place) << 3 | kind.rawValue << 1 | (isNamed ? 1 : 0)
    }

    var isNamed: Bool { bits & 1 == 1 }
    var kind: Kind { Kind(rawValue: bits >> 1 & 3) ?? .file }
    var place: Int { Int(bits >> 3) }
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  private var beginnings: [[UInt8]] = []
  private var placeOfBeginning: [[UInt8]: UInt32] = [:]
  private var members: [TarMember] = []
  private var troubles: [InputFile.Trouble] = []

  package init() {}

  package init(_ files: some Sequence<InputFile>) {
    for file in files { append(file) }
  }

  package init(arrayLiteral files: InputFile...) { self.init(files) }

  // MARK: Reading

  package var startIndex: Int { 0 }
  package var endIndex: Int { entries.count }

  package subscript(index: Int) -> InputFile {
    let detail = entries[index].detail
    return InputFile(
      location: FilePath(bytes: locationBytes(at: index)),
      member: detail.kind == .member ? members[detail.place] : nil,
      path: FilePath(bytes: pathBytes(at: index)), isNamed: detail.isNamed,
      trouble: detail.kind == .trouble ? troubles[detail.place] : nil)
  }

  /// The path of a file, without making a value of it.
  func pathBytes(at index: Int) -> ArraySlice<UInt8> {
    let entry = entries[index]
    return bytes[entry.start..<entry.start + Int(entry.length)]
  }

  /// The same for its location.
  func locationBytes(at index: Int) -> [UInt8] {
    let entry = entries[index]
    return beginnings[Int(entry.beginning)] + pathBytes(at: index).suffix(Int(entry.shared))
  }

  /// Whether there is nothing to say of a file but its path and location.
  func isPlain(at index: Int) -> Bool { entries[index].detail.kind == .file }
  func isNamed(at index: Int) -> Bool { entries[index].detail.isNamed }

  /// Whether a file will surely have a record, as ``InputFile/isLikelyPicture``.
  func isLikelyPicture(at index: Int) -> Bool { isNamed(at: index) || hasImageExtension(at: index) }
  func hasImageExtension(at index: Int) -> Bool { InputFile.isPicture(named: pathBytes(at: index)) }
  func isMember(at index: Int) -> Bool { entries[index].detail.kind == .member }

  /// Whether any of the files may be a member of an archive.
  var hasMembers: Bool { !members.isEmpty }

  /// Where a path is, in a list that is in order; nil where it is not.
  func index(ofPath path: [UInt8]) -> Int? {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if pathBytes(at: middle).lexicographicallyPrecedes(path) { low = middle + 1 } else { high = middle }
    }
    return low < count && pathBytes(at: low).elementsEqual(path) ? low : nil
  }

  // MARK: Making

  package mutating func append(_ file: InputFile) {
    let detail: Detail
    if let member = file.member {
      detail = Detail(.member, isNamed: file.isNamed, place: members.count)
      members.append(member)
    } else if let trouble = file.trouble {
      detail = Detail(.trouble, isNamed: file.isNamed, place: troubles.count)
      troubles.append(trouble)
    } else {
      detail = Detail(.file, isNamed: file.isNamed, place: 0)
    }
    append(path: file.pathBytes[...], location: file.locationBytes, detail)
  }

  /// Appends a file that was named, of which no more is known.
  mutating func append(namedPath path: ArraySlice<UInt8>, location: [UInt8]) {
    append(path: path, location: location, Detail(.file, isNamed: true, place: 0))
  }

  private mutating func append(path: ArraySlice<UInt8>, location: [UInt8], _ detail: Detail) {
    var shared = 0
    while shared < Swift.min(path.count, location.count),
      path[path.endIndex - 1 - shared] == location[location.endIndex - 1 - shared]
    {
      shared += 1
    }
    entries.append(
      Entry(
        start: bytes.count, length: UInt32(path.count), shared: UInt32(shared),
        beginning: place(ofBeginning: location.dropLast(shared)), detail: detail))
    bytes.append(contentsOf: path)
  }

  private mutating func place(ofBeginning beginning: ArraySlice<UInt8>) -> UInt32 {
    // Nearly always that of the file before.
    if let last = entries.last?.beginning, beginnings[Int(last)].elementsEqual(beginning) { return last }
    let beginning = Array(beginning)
    if let place = placeOfBeginning[beginning] { return place }
    let place = UInt32(beginnings.count)
    beginnings.append(beginning)
    placeOfBeginning[beginning] = place
    return place
  }

  /// Puts the files in the order of their paths' bytes. Of several with one path the last that was appended stays.
  mutating func putInOrder() {
    var sorted = entries
    entries = []
    bytes.withUnsafeBytes { bytes in
      func compare(_ a: Entry, _ b: Entry) -> Int {
        let common = Int(Swift.min(a.length, b.length))
        let order = bytes.baseAddress.map { memcmp($0 + a.start, $0 + b.start, common) } ?? 0
        return order != 0 ? Int(order) : Int(a.length) - Int(b.length)
      }
      sorted.sort {
        let order = compare($0, $1)
        return order != 0 ? order < 0 : $0.start < $1.start
      }
      var kept = 0
      for index in sorted.indices
      where index + 1 == sorted.count || compare(sorted[index], sorted[index + 1]) != 0 {
        sorted[kept] = sorted[index]
        kept += 1
      }
      sorted.removeSubrange(kept...)
    }
    entries = sorted
  }

  /// The files for which `isKept` holds, in their order.
  package func keeping(_ isKept: (InputFile) -> Bool) -> FileTable {
    keepingPlaces { isKept(self[$0]) }
  }

  /// The files at the indices for which `isKept` holds, in their order.
  func keepingPlaces(_ isKept: (Int) -> Bool) -> FileTable {
    var kept = self
    kept.entries = indices.filter(isKept).map { entries[$0] }
    return kept
  }

  /// Forgets all files but so many of the first.
  mutating func cut(to count: Int) { entries.removeSubrange(Swift.min(count, entries.count)...) }

  // MARK: Comparing

  package static func == (a: FileTable, b: FileTable) -> Bool { a.elementsEqual(b) }

  package func hash(into hasher: inout Hasher) { for file in self { hasher.combine(file) } }
}
