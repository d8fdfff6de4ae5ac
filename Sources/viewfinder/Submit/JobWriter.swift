/// A file that a scheduler, or the shell that calls it, reads.
struct JobFile {
  /// In the directory of job files.
  var name: String
  /// What it is for, as half a sentence.
  var purpose: String
  var text: String
}

/// Knows how one kind of scheduler is told to run shards. One file for each in this folder.
protocol JobWriter {
  /// The scheduler's name.
  var scheduler: String { get }
  /// Commands that must be here for the jobs to be started by `start.sh`; none where somebody else starts them.
  var tools: [String] { get }

  /// The files, in the order in which people read them.
  func files(for run: ShardedRun) -> [JobFile]

  /// What happens next, or is to be done next, a line each.
  ///
  /// - Parameter folder: where the files are, as a shell reads it.
  func nextSteps(for run: ShardedRun, in folder: String) -> [String]
}

extension JobWriter {
  /// The file that starts everything.
  static var starter: String { "start.sh" }
}
