import Foundation
import Glibc
import Manifests
import SystemPackage

/// The directory of job files in a run's output directory.
struct JobDirectory {
  let path: FilePath

  init(output: String) { path = FilePath(output).appending("jobs") }

  /// As a shell reads it.
  var word: String { ShellText.word(ShardedRun.path(path.string)) }

  /// Writes the files. What somebody has changed there is not replaced without being asked.
  func write(_ files: [JobFile], overwrite: Bool) throws(Exit) {
    let existing = files.map { path.appending($0.name) }.first {
      FileManager.default.fileExists(atPath: $0.string)
    }
    if let existing, !overwrite {
      throw Exit(
        ExitStatus.cannotCreate,
        "\(existing) is there already: start what is there with `sh \(word)/start.sh`, or give --overwrite to write it anew"
      )
    }
    do {
      try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
    } catch {
      throw Exit(ExitStatus.cannotCreate, "cannot make \(path): \(error.localizedDescription)")
    }
    do throws(FileError) {
      for file in files { try AtomicFile.write(Array(file.text.utf8), to: path.appending(file.name)) }
    } catch {
      throw Exit(ExitStatus.cannotCreate, error.description)
    }
  }

  /// Becomes the shell that starts the jobs: signals and the exit code are the shell's. Returns only by an error.
  func start(_ starter: String) throws(Exit) {
    let words = ["sh", path.isAbsolute ? path.string : "./" + path.string].enumerated().map { index, word in
      strdup(index == 0 ? word : word + "/" + starter)
    }
    execv("/bin/sh", words + [nil])
    throw Exit(ExitStatus.configuration, "cannot start /bin/sh: \(Errno(rawValue: errno))")
  }
}
