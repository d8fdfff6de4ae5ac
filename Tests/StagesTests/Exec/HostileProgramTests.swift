import Foundation
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

/// Programs that die, hang, talk nonsense, or too much.
@Suite struct HostileProgramTests {
  private func failure(_ stage: ExecStage) throws -> StageFailure? {
    var sample = try decodedSample()
    return #expect(throws: StageFailure.self) { try stage.work(on: &sample) }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      ("exit 3", "ended with code 3"), ("kill -SEGV $$", "died of signal 11 (Segmentation fault)"),
      ("read -r line; exit 0", "ended with code 0"),
      ("exec 1>&-; exec sleep 1000", "closed its end of the pipe"),
      ("sleep 1000 & exit 4", "ended with code 4"),
      ("echo Loading a model; exec cat", "is not JSON: Loading a model"),
      ("exec cat", "has the member 'file', which means nothing"),
      (#"read -r line; echo '{"id":0}'; exec sleep 1000"#, "is not to the request"),
      (#"read -r line; printf '{"id":1}\n{"id":2}\n'; exec sleep 1000"#, "is more than one line"),
      (#"printf '{"id":5}\n'; read -r line; printf '{"id":1}\n'; exec sleep 1000"#, "the answer of 'it' "),
      ("yes nonsense | tr -d '\\n'", "is longer than 1 MiB"), ("exec cat /dev/zero", "is longer than 1 MiB"),
      ("read -r line; printf '{\"id\":1'", "ended with code 0"),
    ])
  func nothingThatAProgramDoesIsMoreThanAFailure(script: String, words: String) throws {
    try withExec(Programs.script(script), ["restarts": .integer(2)]) { stage in
      let failure = try failure(stage)
      #expect(failure?.code == "program" && failure?.scope == .item)
      #expect(failure?.detail.contains(words) == true, "\(failure?.detail ?? "")")
    }
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "exec sleep 1000", "trap '' TERM; while :; do sleep 1; done", "yes nonsense >&2",
      // Read, and never answered.
      "cat > /dev/null; exec sleep 1000",
    ])
  func aHangEndsAtTheDeadline(script: String) throws {
    let given: [String: OptionValue] = ["timeout": .number(0.05), "startup": .number(0)]
    try withExec(Programs.script(script), given) { stage in
      let failure = try failure(stage)
      #expect(failure?.code == "timeout" && failure?.scope == .item)
      #expect(failure?.detail == "the program of 'it' gave no answer in 0.05 s and was ended")
    }
  }

  /// Whether it is seen at once or at the deadline is a matter of who is quicker.
  @Test(.timeLimit(.minutes(1))) func aClosedInputIsNoSignalForUs() throws {
    let given: [String: OptionValue] = [
      "timeout": .number(0.3), "startup": .number(0), "restarts": .integer(100),
    ]
    try withExec(Programs.script("exec 0<&-; exec sleep 1000"), given) { stage in
      for _ in 0..<3 {
        let failure = try failure(stage)
        #expect(["program", "timeout"].contains(failure?.code))
      }
    }
  }

  /// What a program has started goes with it.
  @Test(.timeLimit(.minutes(1))) func nothingIsLeftBehind() throws {
    try TemporaryDirectory.use { directory in
      let pids = directory.file("pids")
      let children = "for i in 1 2 3; do sleep 1000 & echo $! >> '\(pids)'; done; "
      for script in [children + "exit 4", children + Programs.loop()] {
        try withExec(Programs.script(script)) { stage in
          var sample = try decodedSample()
          _ = try? stage.work(on: &sample)
        }
      }
      let all = try String(decoding: directory.contents("pids"), as: UTF8.self).split(separator: "\n")
        .compactMap { Int32($0) }
      #expect(all.count == 6)
      let deadline = Date(timeIntervalSinceNow: 30)
      while !all.allSatisfy(isGone), Date() < deadline {}
      #expect(all.allSatisfy(isGone))
    }
  }

  @Test func whatItWritesToItsErrorsIsShownAndBounded() throws {
    let heard = Heard()
    let noise = "yes 'bad \u{1B}[31m news' | head -n 100000 >&2; head -c 100000 /dev/zero >&2; echo the end >&2"
    try withExec(Programs.answering(first: noise), hearing: heard) { stage in
      for _ in 0..<3 {
        var sample = try decodedSample()
        #expect(try stage.work(on: &sample) == .pass)
      }
    }
    #expect(heard.all.count == 201)
    #expect(heard.all.first == "it: bad \\u{1b}[31m news")
    #expect(heard.all.last == "it: what its program says from here on is not shown")
  }

  @Test func itsLastWordsAreShown() throws {
    let heard = Heard()
    try withExec(Programs.script("echo Traceback >&2; printf 'no such module' >&2; exit 1"), hearing: heard) {
      stage in
      _ = try failure(stage)
    }
    #expect(heard.all == ["it: Traceback", "it: no such module"])
  }

  /// A program may end after an answer: that is no failure, and the next photograph gets a new one.
  @Test func dyingBetweenPhotographsCostsNone() throws {
    let once = Programs.script(Programs.loop(first: "n=$((n + 1)); [ $n -gt 2 ] && exit 9"))
    try withExec(once, ["restarts": .integer(0)]) { stage in
      for _ in 0..<7 {
        var sample = try decodedSample()
        #expect(try stage.work(on: &sample) == .pass)
      }
    }
  }

  @Test func aProgramThatFailsAgainAndAgainEndsTheRun() throws {
    try TemporaryDirectory.use { directory in
      let starts = directory.file("starts")
      try withExec(Programs.script("echo x >> '\(starts)'; exit 1"), ["restarts": .integer(2)]) { stage in
        let scopes = try (0..<5).map { _ in try failure(stage) }
        #expect(scopes.map { $0?.scope } == [.item, .item, .host, .host, .host])
        #expect(
          scopes[4]?.detail
            == "the program of 'it' failed 3 times in a row, and 'restarts' allows 2; at last: the program of 'it' ended with code 1 before it had answered"
        )
      }
      #expect(try directory.contents("starts").count { $0 == 10 } == 3, "it is not started once more")
    }
  }

  @Test func anAnswerBeginsTheCountAnew() throws {
    try TemporaryDirectory.use { directory in
      // Every second start answers once.
      let state = directory.file("state")
      let script =
        "if [ -e '\(state)' ]; then rm '\(state)'; \(Programs.loop(first: "n=$((n + 1)); [ $n -gt 1 ] && exit 0")); else : > '\(state)'; fi"
      try withExec(Programs.script(script), ["restarts": .integer(1)]) { stage in
        for _ in 0..<4 {
          #expect(try failure(stage)?.scope == .item)
          var sample = try decodedSample()
          #expect(try stage.work(on: &sample) == .pass)
        }
      }
    }
  }

  @Test func programsEndWithTheRun() throws {
    try TemporaryDirectory.use { directory in
      let (said, pid) = (directory.file("said"), directory.file("pid"))
      // One that reads to the end of its input has time for its last act.
      try withExec(Programs.script("\(Programs.loop()); echo goodbye > '\(said)'")) { stage in
        var sample = try decodedSample()
        _ = try stage.work(on: &sample)
        #expect(!FileManager.default.fileExists(atPath: said))
      }
      #expect(try directory.contents("said") == Array("goodbye\n".utf8))
      // One that does not is asked, and then made to.
      let stubborn = "trap '' TERM; echo $$ > '\(pid)'; \(Programs.loop()); while :; do sleep 1; done"
      try withExec(Programs.script(stubborn)) { stage in
        var sample = try decodedSample()
        _ = try stage.work(on: &sample)
      }
      let number = try #require(
        Int32(String(decoding: try directory.contents("pid"), as: UTF8.self).dropLast()))
      #expect(isGone(number))
    }
  }

  /// A run ends early with what it has, and goes on when the program is mended.
  @Test func aRunStopsAndKeepsWhatItHas() throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg", "c.jpg", "d.jpg")
      let asked = album.directory.file("asked")
      let dying = Programs.script(
        Programs.loop(first: "echo x >> '\(asked)'; [ $(wc -l < '\(asked)') -gt 2 ] && exit 1"))
      let stages = [
        stage("read", after: []),
        stage("exec", after: [0], ["command": .list(dying), "restarts": .integer(0)]),
        stage("manifest", after: [1]),
      ]
      let records = try album.run(stages)
      #expect(records.count == 2 && records.values.allSatisfy { $0.outcome == .ok })
      #expect(try album.plan().done.count == 2)
    }
  }
}
