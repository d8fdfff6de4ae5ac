/// One run that is to be carried out in shards on many machines, and what each shard gets of a machine.
///
/// Paths are those of the command line: the machines see them from the same directory.
struct ShardedRun {
  /// The program, as the machines call it.
  var program: String
  /// Absolute; where relative paths begin.
  var directory: String
  var pipeline: String
  var inputs: [String]
  var output: String
  /// Options that say which photographs and which pipeline, a word each.
  var choices: [String]
  /// Further options of `run`.
  var further: [String]
  /// At least 1.
  var shards: Int
  /// Shards at work at the same time; nil for as many as there is room for.
  var atOnce: Int?
  /// Cores and memory of one shard.
  var cores: Int
  var memory: ByteCount

  /// A path that nobody takes for an option.
  static func path(_ text: String) -> String { text.hasPrefix("-") ? "./" + text : text }

  private var options: [String] { choices + further + ["--progress", "none"] }

  private var places: [String] { [pipeline] + inputs }

  /// The words of `run` but for the shard.
  var words: [String] {
    [program, "run"] + places.map(Self.path) + ["--output", Self.path(output)] + options
  }

  /// What freezes the listing for all shards, without the program.
  var planWords: [String] {
    places.map(Self.path) + ["--output", Self.path(output), "--shards", String(shards), "--quiet"] + choices
  }

  var mergeWords: [String] { [program, "merge", Self.path(output), "--expect", String(shards)] }

  /// `run` for the shard whose number is in the shell's variable `shard`; on two lines, the longer one last.
  var shellCommand: String {
    let named = ShellText.line([program, "run"] + places.map(Self.path))
    let rest = ShellText.line(["--output", Self.path(output)] + options)
    return "\(named) \\\n  \(rest) --shard \"$shard/\(shards)\""
  }

  /// Goes where relative paths begin. 66 is what `run` says where there is no input.
  var shellDirectory: String { "cd -- \(ShellText.word(directory)) || exit 66" }

  /// Runs one shard in the background and hands SIGTERM on to it, so that it can finish what it has begun. Sets `code`; `late` if a SIGUSR1
  /// said that time runs out, `ended` if a SIGTERM came.
  ///
  /// A signal ends `wait` early, so it is called again; bash then knows the code still, and dash says 127 where it has told it before.
  var shellRun: String {
    """
    told= late= ended=
    run=
    trap 'told=yes ended=yes; [ -z "$run" ] || kill -TERM "$run" 2>/dev/null' TERM
    trap 'told=yes late=yes; [ -z "$run" ] || kill -TERM "$run" 2>/dev/null' USR1
    \(shellCommand) &
    run=$!
    [ -z "$told" ] || kill -TERM "$run"
    wait "$run"
    code=$?
    while [ "$told" ]; do
      told=
      wait "$run"
      again=$?
      [ "$again" = 127 ] || code=$again
    done
    """
  }
}
