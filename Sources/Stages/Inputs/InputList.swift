package import Manifests
package import SystemPackage

/// What a run is asked to process, before any file is opened.
package struct InputRequest: Sendable {
  /// Files and directories, as given.
  package var inputs: [FilePath] = []
  /// A list of names instead: relative to ``root``.
  package var names: NameList?
  package var root = FilePath(".")
  /// Photographs that are known already instead: those of an earlier run.
  package var listed: InputList?
  package var recursive = true
  /// Globs on the path below the input (`*`, `?`, `[…]`, `**`); empty means everything.
  package var include: [String] = []
  package var exclude: [String] = []
  /// At most so many files.
  package var limit: Int?
  /// A directory that is not walked: the run's own output.
  package var output: FilePath?

  package init() {}

  /// Sees whether the inputs are there, without walking them.
  package func check() throws(InputError) {
    for input in listed == nil && names == nil ? inputs : [] {
      if case .failure(let errno) = FileKind.of(input) { throw .unreadable(input, errno.description) }
    }
  }

  /// What `include` and `exclude` say.
  var filter: PathFilter { PathFilter(include: include, exclude: exclude) }

  /// The same for members of an archive: a glob that chose the archive chose all that is in it.
  func filter(inside archive: FilePath) -> PathFilter {
    filter.wantsArchive(archive) ? PathFilter(include: [], exclude: exclude) : filter
  }

  /// The inputs, absolute.
  package var roots: [FilePath] { listed?.roots ?? (names == nil ? inputs.map(\.absolute) : [root.absolute]) }
}

/// Why there is nothing to run on.
package enum InputError: Error, Hashable, Sendable {
  /// An input cannot be read; errno's words.
  case unreadable(FilePath, String)
  /// Two inputs whose last component is the same: their records could not be told apart.
  case sameName(String)
  /// A list of names that has none; what it is called.
  case emptyList(FilePath)
  case none
}

/// The files of a run, in the order of their paths' bytes. Frozen before the first photograph is opened, so that names of outputs do
/// not depend on timing.
package struct InputList: Sendable {
  package let files: FileTable
  /// The inputs, made absolute.
  package let roots: [FilePath]

  /// Lists the files of a request.
  ///
  /// Walks skip the output directory, hidden files, sockets, FIFOs and devices; they follow symbolic links to files, not to directories.
  /// A tar archive that is an input, in the list, or asked for by `include` in a walk, stands for its members (``ArchiveWalk``).
  package init(_ request: InputRequest) throws(InputError) {
    roots = request.roots
    var files = FileTable()
    if let listed = request.listed {
      let filter = request.filter
      files = listed.files.keeping { filter.accepts($0.path) }
    } else if let names = request.names {
      let lister = NamedFiles(below: roots[0], request)
      try names.forEachName { lister.list($0, into: &files) }
    } else {
      let prefixes = try Self.prefixes(of: roots)
      for (input, prefix) in zip(roots, prefixes) {
        try Self.list(input, prefix: prefix, request, into: &files)
      }
    }
    // A name that stands twice, or once with a needless dot, is one photograph and has one record.
    files.putInOrder()
    if let limit = request.limit { files.cut(to: limit) }
    guard !files.isEmpty else { throw .none }
    self.files = files
  }

  /// A list that was frozen before.
  init(files: FileTable, roots: [FilePath]) {
    self.files = files
    self.roots = roots
  }

  /// The files of one shard.
  package func part(_ shard: Shard) -> InputList {
    InputList(files: files.keepingPlaces { shard.contains(files.pathBytes(at: $0)) }, roots: roots)
  }

  /// The file whose record has this path; nil where the list does not know it.
  package func file(at path: RecordPath) -> InputFile? {
    files.index(ofPath: path.rawBytes).map { files[$0] }
  }

  /// With several inputs the last component of each goes first, so that equal names below them stay apart.
  private static func prefixes(of roots: [FilePath]) throws(InputError) -> [FilePath] {
    guard roots.count > 1 else { return [FilePath("")] }
    // As components, not as text: names need not be UTF-8.
    let names = roots.map { $0.lastComponent ?? "root" }
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw .sameName(name.string)
    }
    return names.map { FilePath(root: nil, [$0]) }
  }

  private static func list(
    _ input: FilePath, prefix: FilePath, _ request: InputRequest, into files: inout FileTable
  ) throws(InputError) {
    switch FileKind.of(input) {
    case .failure(let errno): throw .unreadable(input, errno.description)
    case .success((.directory, _)):
      let filter = request.filter
      let walk = DirectoryWalk(recursive: request.recursive, skipping: request.output)
      do throws(Errno) {
        try walk.forEachFile(of: input, filter: filter) { entry in
          let (location, path) = (input.pushing(entry.path), prefix.pushing(entry.path))
          if entry.trouble == nil, filter.wantsArchive(entry.path) {
            let archive = ArchiveWalk(filter: request.filter(inside: entry.path))
            if archive.list(location, path: path, into: &files) { return }
          }
          files.append(InputFile(location: location, path: path, isNamed: false, trouble: entry.trouble))
        }
      } catch {
        throw .unreadable(input, error.description)
      }
    case .success:
      let name = input.absolute.lastComponent.map { FilePath(root: nil, [$0]) } ?? input
      // A file needs no prefix: its name is the last component itself.
      if !ArchiveWalk(filter: request.filter(inside: name)).list(input, path: name, into: &files) {
        files.append(InputFile(location: input, path: name, isNamed: true))
      }
    }
  }
}

/// Files that were named one by one, relative to a directory.
private struct NamedFiles {
  private let root: FilePath
  private let rootBytes: [UInt8]
  private let request: InputRequest

  init(below root: FilePath, _ request: InputRequest) {
    self.root = root
    self.request = request
    let bytes = InputFile.bytes(root)
    rootBytes = bytes.last == UInt8(ascii: "/") ? bytes : bytes + [UInt8(ascii: "/")]
  }

  func list(_ name: ArraySlice<UInt8>, into files: inout FileTable) {
    // Of millions of names nearly all are as simple as that; the others take the long way.
    if isPlain(name) {
      files.append(namedPath: name, location: rootBytes + name)
      return
    }
    let name = FilePath(bytes: name)
    // A directory itself, as `find .` names it, has a path too.
    let normal = name.lexicallyNormalized()
    let (location, path) = (root.pushing(name), normal.isEmpty ? "." : normal)
    if !ArchiveWalk(filter: request.filter(inside: path)).list(location, path: path, into: &files) {
      files.append(InputFile(location: location, path: path, isNamed: true))
    }
  }

  /// Whether a name is relative, has no component that is empty or begins with a dot, and is none that an archive could have.
  private func isPlain(_ name: ArraySlice<UInt8>) -> Bool {
    var startsComponent = true
    for byte in name {
      if startsComponent, byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") { return false }
      startsComponent = byte == UInt8(ascii: "/")
    }
    return !startsComponent && !ArchiveWalk.endsLikeArchive(name)
  }
}
