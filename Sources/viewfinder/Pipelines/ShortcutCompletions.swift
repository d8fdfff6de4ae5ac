import ArgumentParser
import StageGraph

/// The completion scripts of the command line, with the flags that shortcuts have from their stages: ArgumentParser, which writes the
/// scripts, knows none of them. They go where it puts those it knows; where a script has no such place it stays as it is.
struct ShortcutCompletions {
  private let shell: CompletionShell
  private let shortcuts: [Shortcut]

  /// - Returns: nil where no script is asked for, or one for a shell that nobody knows: that is ArgumentParser's to say.
  init?(arguments: [String], shortcuts: [Shortcut]) {
    let words = arguments.dropFirst().flatMap { $0.split(separator: "=", maxSplits: 1) }
    guard words.first == "--generate-completion-script", words.count <= 2,
      let shell = words.count == 2 ? CompletionShell(rawValue: String(words[1])) : .autodetected()
    else { return nil }
    self.shell = shell
    self.shortcuts = shortcuts
  }

  /// The whole script.
  var script: String {
    shortcuts.reduce(Viewfinder.completionScript(for: shell)) { script, shortcut in
      switch shell {
      case .zsh: adding(shortcut, toZsh: script)
      case .fish: adding(shortcut, toFish: script)
      default: adding(shortcut, toBash: script)
      }
    }
  }

  private func adding(_ shortcut: Shortcut, toBash script: String) -> String {
    let switches = shortcut.flags.flatMap(\.switches).map { $0 + " " }.joined()
    let valued = shortcut.flags.filter { $0.switches.isEmpty }
    let cases = valued.map { flag in
      let words = flag.words.joined(separator: "'$'\\n''")
      let offer = words.isEmpty ? "" : "        __viewfinder_add_completions -W '\(words)'\n"
      return "    '--\(flag.name)')\n\(offer)        return\n        ;;\n"
    }
    return script.inserting(
      below: "_viewfinder_\(shortcut.name)() {\n",
      [
        ("non_repeating_flags=(", switches),
        ("non_repeating_options=(", valued.map { "--\($0.name) " }.joined()),
        ("case \"${prev}\" in\n", cases.joined()),
      ])
  }

  private func adding(_ shortcut: Shortcut, toZsh script: String) -> String {
    let lines = shortcut.flags.map { flag in
      let escaped = flag.option.summary.escaping("\\:[]").replacing("'", with: #"'\''"#)
      guard flag.switches.isEmpty else {
        return flag.switches.map { "        '\($0)[\(escaped)]'\n" }.joined()
      }
      let words = flag.words.isEmpty ? "" : "(\(flag.words.joined(separator: " ")))"
      return "        '--\(flag.name)[\(escaped)]:\(flag.name):\(words)'\n"
    }
    return script.inserting(
      below: "_viewfinder_\(shortcut.name)() {\n", [("local -ar arg_specs=(\n", lines.joined())])
  }

  private func adding(_ shortcut: Shortcut, toFish script: String) -> String {
    let known = shortcut.flags.map { flag in
      flag.switches.isEmpty ? "'\(flag.name)=' " : flag.switches.map { "'\($0.dropFirst(2))' " }.joined()
    }
    let offers = shortcut.flags.flatMap { flag in
      (flag.switches.isEmpty ? ["--\(flag.name)"] : flag.switches).map { name in
        let (long, summary) = (name.dropFirst(2), flag.option.summary.escaping("\\'"))
        let value = flag.switches.isEmpty ? " -rfka '\(flag.words.joined(separator: " "))'" : ""
        return "complete -c 'viewfinder' -n '__viewfinder_should_offer_completions_for_flags_or_options"
          + " \"viewfinder \(shortcut.name)\" \(long)' -l '\(long)' -d '\(summary)'\(value)\n"
      }
    }
    return script.inserting(
      below: "case '\(shortcut.name)'\n", [("__viewfinder_parse_subcommand -r 1 ", known.joined())])
      + "\n" + offers.joined()
  }
}

extension Shortcut.Flag {
  /// `--oriented` and `--no-oriented`; none for what wants a value.
  fileprivate var switches: [String] {
    isSwitch ? ["--" + name, "--no-" + name] : []
  }

  /// Values to choose from.
  fileprivate var words: [String] {
    switch option.kind {
    case .choice(let words), .choices(let words): words
    default: []
    }
  }
}

extension String {
  /// Puts texts behind the first of each place that comes below a line.
  fileprivate func inserting(below line: String, _ additions: [(place: String, text: String)]) -> String {
    var result = self
    for addition in additions {
      guard let start = result.firstRange(of: line)?.upperBound,
        let place = result[start...].firstRange(of: addition.place)
      else { continue }
      result.insert(contentsOf: addition.text, at: place.upperBound)
    }
    return result
  }

  /// With a backslash before each of these characters.
  fileprivate func escaping(_ characters: String) -> String {
    String(flatMap { characters.contains($0) ? ["\\", $0] : [$0] })
  }
}
