import ArgumentParser
import Manifests
import Stages
import SystemPackage

/// Which photographs.
struct InputOptions: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Look into subdirectories.")
  var recursive = true

  @Option(help: ArgumentHelp("Only files that match, like '*.jpg'. May be repeated.", valueName: "glob"))
  var include: [String] = []

  @Option(help: ArgumentHelp("No files that match. May be repeated.", valueName: "glob"))
  var exclude: [String] = []

  @Option(
    help: ArgumentHelp("Read names from a file, one a line; - is stdin.", valueName: "file"),
    completion: .file())
  var filesFrom: String?

  @Flag(name: .customShort("0"), help: "Names in --files-from end with a zero byte instead of a line end.")
  var zero = false

  @Option(
    help: ArgumentHelp("The directory that names in --files-from are relative to.", valueName: "dir"),
    completion: .directory)
  var root = "."

  @Option(help: ArgumentHelp("Process at most so many files.", valueName: "n"))
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit wants a number of at least 1") }
  }

  /// - Parameter list: the photographs of an earlier run.
  func request(of list: InputList) -> InputRequest {
    var request = InputRequest()
    request.listed = list
    request.include = include
    request.exclude = exclude
    request.limit = limit
    return request
  }

  /// - Parameter output: a directory that is not walked.
  func request(_ inputs: [String], output: FilePath?) throws(Exit) -> InputRequest {
    var request = InputRequest()
    request.inputs = inputs.map { FilePath($0) }
    request.recursive = recursive
    request.include = include
    request.exclude = exclude
    request.limit = limit
    request.output = output
    request.root = FilePath(root)
    if let filesFrom {
      guard inputs.isEmpty else { throw Exit(ExitStatus.usage, "give inputs or --files-from, not both") }
      request.names = NameList(filesFrom, zeroTerminated: zero)
    } else if inputs.isEmpty {
      throw Exit(ExitStatus.usage, "no input: name a directory, files, or a list with --files-from")
    }
    return request
  }
}
