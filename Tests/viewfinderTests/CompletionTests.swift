import Foundation
import TestSupport
import Testing

/// What a shell offers while a command is typed. `make install` puts the scripts where shells look for them.
@Suite struct CompletionTests {
  @Test(arguments: ["bash", "zsh", "fish"]) func everyShellHasAScript(shell: String) throws {
    let result = try Program.run(["--generate-completion-script", shell])
    #expect(result.status == 0)
    for command in ["run", "export", "report", "undo"] {
      #expect(result.output.contains(command), "\(command)")
    }
    // What shortcuts have from their stages, once for each that has it.
    for (flag, commands) in [
      ("placement", 1), ("quality", 2), ("no-oriented", 1), ("mode", 1), ("background", 4),
    ] {
      let written = ["bash": "--\(flag) ", "zsh": "'--\(flag)[", "fish": "-l '\(flag)'"]
      let found = try result.output.ranges(of: #require(written[shell]))
      #expect(found.count == commands, "\(shell): --\(flag)")
    }
    #expect(try Program.run(["--generate-completion-script=\(shell)"]).output == result.output)
  }

  @Test func aShellThatNobodyKnowsIsAnError() throws {
    let result = try Program.run(["--generate-completion-script", "csh"])
    #expect(result.status != 0 && result.stderr.contains("fish"), "\(result.stderr)")
  }

  @Test(arguments: [
    (["ex"], ["explain", "export"]), (["export", "--form"], ["--format"]),
    (["export", "--format", "c"], ["coco", "csv", "cvat"]),
    (["run", "--progress", "js"], ["json"]),
    (["crop", "--as"], ["--aspect", "--aspects"]), (["crop", "--no-or"], ["--no-oriented"]),
    (["crop", "--placement", "t"], ["thirds"]), (["crop", "--margin", ""], []),
    (["sort", "--mode", "s"], ["symlink"]), (["crop", "--margin", "5%", "ph"], ["photos", "phone.jpg"]),
    (["crop", "-o", "ph"], ["photos"]), (["run", "ph"], ["photos", "phone.jpg"]),
    (["stages", "an"], ["annotate"]),
  ])
  func bashCompletes(words: [String], offers: [String]) throws {
    try TemporaryDirectory.use { directory in
      let script = try Program.run(["--generate-completion-script", "bash"]).output
      let line = (["viewfinder"] + words).joined(separator: " ")
      let last = words[words.count - 1]
      try directory.put([0], at: "photos/a.jpg")
      try directory.put([0], at: "phone.jpg")
      let file = try directory.put(
        script + """

          COMP_WORDS=(\(line)); COMP_CWORD=\(words.count); COMP_LINE='\(line)'; COMP_POINT=\(line.utf8.count)
          _viewfinder viewfinder '\(last)' '\((["viewfinder"] + words)[words.count - 1])'
          printf '%s\\n' "${COMPREPLY[@]}"
          """, at: "complete.bash")
      let bash = Process()
      bash.executableURL = URL(fileURLWithPath: "/bin/bash")
      bash.arguments = [file]
      bash.currentDirectoryURL = URL(fileURLWithPath: directory.path)
      let output = Pipe()
      bash.standardOutput = output
      try bash.run()
      let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      bash.waitUntilExit()
      #expect(Set(said.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }) == Set(offers))
    }
  }
}
