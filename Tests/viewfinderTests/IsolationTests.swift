import Foundation
import Geometry
import Glibc
import Imaging
import Manifests
import SystemPackage
import TestSupport
import Testing

/// Codecs in processes of their own, with the built program as the process.
@Suite struct IsolationTests {
  private let codecs = Codecs.apart(CodecCommand(program: Program.path, arguments: ["codec-process"]))

  @Test func processesAnswerAsThisOneDoes() throws {
    try TemporaryDirectory.use { directory in
      let sound = try picture(300, 200)
      let files = [
        sound, Array(sound.prefix(sound.count / 2)), Array(sound.prefix(30)), Array("no picture".utf8),
        Array("BM".utf8) + [UInt8](repeating: 0, count: 60),
      ]
      for (index, content) in files.enumerated() {
        let path = Array(try directory.put(content, at: "\(index).jpg").utf8)
        #expect(
          outcome { () throws(ImagingError) in try codecs.header(ofFile: path, limits: .standard, seconds: 60) }
            == outcome { () throws(ImagingError) in try HeaderReader.read(ImageFile(path: path)) })
      }
      let header = try HeaderReader.read(ImageBytes(sound))
      for content in [sound, Array(sound.prefix(sound.count / 2))] {
        let bytes = try ImageBytes(content)
        for (shrink, region) in [(1, nil), (8, nil), (2, PixelBox(x: 10, y: 20, width: 100, height: 70))] {
          let order = { (codecs: Codecs) throws(ImagingError) -> [UInt8] in
            try codecs.decode(
              bytes, header: header, shrink: shrink, region: region, background: .black, seconds: 60
            ).withBytes { Array($0) }
          }
          #expect(
            outcome { () throws(ImagingError) in try order(codecs) }
              == outcome { () throws(ImagingError) in try order(.here) })
        }
      }
    }
  }

  private func outcome<Value>(_ body: () throws(ImagingError) -> Value) -> Result<Value, ImagingError> {
    Result { () throws(ImagingError) in try body() }
  }

  @Test(.timeLimit(.minutes(2))) func runsComeToTheSame() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let trees = try [[], ["--isolate"]].enumerated().map { index, options in
        let output = "out\(index)"
        let result = try Program.run(
          ["crop", directory.file("in"), "-o", directory.file(output), "--sorted"] + options)
        #expect(result.status == 0, "\(result.stderr)")
        var records = try Manifest.read(FilePath(directory.file(output + "/manifest.jsonl"))).records
        for index in records.indices { records[index].times = [] }
        return records
      }
      #expect(trees[0] == trees[1])
      #expect(trees[0].contains { $0.reason == .truncated })
    }
  }

  /// Whoever is killed costs at most the photograph it was at, and nothing outlives the run.
  @Test(.timeLimit(.minutes(3))) func killedProcessesCostOnePhotographEach() throws {
    try TemporaryDirectory.use { directory in
      let count = 60
      let bytes = try picture(1500, 1000)
      for index in 0..<count { try directory.put(bytes, at: "in/\(index).jpg") }
      let running = try Program.Running([
        "annotate", directory.file("in"), "-o", directory.file("out"), "--jobs", "1", "--isolate", "--quiet",
      ])
      var killed: Set<pid_t> = []
      let ended = Program.eventually {
        for child in children(of: running.pid) where killed.count < 12 && kill(child, SIGKILL) == 0 {
          killed.insert(child)
        }
        return !running.isRunning
      }
      #expect(ended)
      let result = try running.finish()
      #expect(result.status == 0, "\(result.stderr)")
      #expect(killed.count >= 3, "the run ended before its processes were killed")
      let records = try Manifest.read(FilePath(directory.file("out/manifest.jsonl"))).records
      #expect(records.count == count)
      let failed = records.filter { $0.status == .failed }
      #expect(failed.count <= killed.count)
      for record in failed { #expect([.outOfMemory, .internal].contains(record.reason), "\(record)") }
      #expect(Program.eventually { killed.allSatisfy(isGone) })
    }
  }

  @Test(.timeLimit(.minutes(2))) func processesEndWithTheProgram() throws {
    try TemporaryDirectory.use { directory in
      let bytes = try picture(1500, 1000)
      for index in 0..<200 { try directory.put(bytes, at: "in/\(index).jpg") }
      let running = try Program.Running([
        "annotate", directory.file("in"), "-o", directory.file("out"), "--isolate", "--quiet",
      ])
      #expect(running.waits { !children(of: running.pid).isEmpty })
      let orphans = children(of: running.pid)
      running.signal(SIGKILL)
      _ = try running.finish()
      #expect(Program.eventually { orphans.allSatisfy(isGone) })
    }
  }

  /// A process that is dead and not yet buried has no command line any more.
  private func isGone(_ pid: pid_t) -> Bool {
    (FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()).isEmpty
  }

  /// Codec processes that a process has started.
  private func children(of parent: pid_t) -> [pid_t] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")) ?? []
    return tasks.flatMap { task in
      let list = FileManager.default.contents(atPath: "/proc/\(parent)/task/\(task)/children") ?? Data()
      return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
    }
  }
}
