import Imaging
package import Manifests
package import SystemPackage

/// What a run is asked to process, before any file is opened.
package struct InputRequest: Sendable {
  /// Files and directories, as given.
  package var inputs: [FilePath] = []
  /// A list of names instead: relative to ``root``.
  package var names: [FilePath]?
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

  /// The inputs, absolute.
  package var roots: [FilePath] { listed?.roots ?? (names == nil ? inputs.map(\.absolute) : [root.absolute]) }
}

/// Why there is nothing to run on.
package enum InputError: Error, Hashable, Sendable {
  /// An input cannot be read; errno's words.
  case unreadable(FilePath, String)
  /// Two inputs whose last component is the same: their records could not be told apart.
  case sameName(String)
  case none
}

/// The files of a run, in the order of their paths' bytes. Frozen before the first is opened, so that names of outputs do
/// not depend on timing.
package struct InputList: Sendable {
  package let files: [InputFile]
  /// The inputs, made absolute.
  package let roots: [FilePath]

  /// Lists the files of a request.
  ///
  /// Walks skip the output directory, hidden files, sockets, FIFOs and devices; they follow symbolic links to files, not to directories.
  package init(_ request: InputRequest) throws(InputError) {
    var files: [InputFile] = []
    roots = request.roots
    if let listed = request.listed {
      let filter = PathFilter(include: request.include, exclude: request.exclude)
      files = listed.files.filter { filter.accepts($0.path) }
    } else if let names = request.names {
      let root = roots[0]
      // A name that stands twice, or once with a needless dot, is one photograph and has one record.
      var seen: Set<FilePath> = []
      files = names.compactMap { name in
        let path = name.lexicallyNormalized()
        guard seen.insert(path).inserted else { return nil }
        return InputFile(location: root.pushing(name), path: path, isNamed: true)
      }
    } else {
      let prefixes = try Self.prefixes(of: roots)
      for (input, prefix) in zip(roots, prefixes) {
        files += try Self.files(of: input, prefix: prefix, request: request)
      }
    }
    files.sort { $0.pathBytes.lexicographicallyPrecedes($1.pathBytes) }
    if let limit = request.limit { files = Array(files.prefix(limit)) }
    guard !files.isEmpty else { throw .none }
    self.files = files
  }

  /// A list that was frozen before.
  init(files: [InputFile], roots: [FilePath]) {
    self.files = files
    self.roots = roots
  }

  /// The files of one shard.
  package func part(_ shard: Shard) -> InputList {
    InputList(files: files.filter { shard.contains($0.pathBytes) }, roots: roots)
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

  private static func files(
    of input: FilePath, prefix: FilePath, request: InputRequest
  ) throws(InputError) -> [InputFile] {
    switch FileKind.of(input) {
    case .failure(let errno): throw .unreadable(input, errno.description)
    case .success((.directory, _)):
      let filter = PathFilter(include: request.include, exclude: request.exclude)
      let walk = DirectoryWalk(recursive: request.recursive, skipping: request.output)
      do throws(Errno) {
        return try walk.files(of: input, filter: filter).map {
          InputFile(
            location: input.pushing($0.path), path: prefix.pushing($0.path), isNamed: false, trouble: $0.trouble
          )
        }
      } catch {
        throw .unreadable(input, error.description)
      }
    case .success:
      let name = input.absolute.lastComponent.map { FilePath(root: nil, [$0]) } ?? input
      // A file needs no prefix: its name is the last component itself.
      return [InputFile(location: input, path: name, isNamed: true)]
    }
  }
}
