import Foundation
import Networks
import TestSupport
import Testing

/// Judged by what PyTorch says it has written: `Fixtures/make_checkpoints.py` made the files.
@Suite struct PyTorchCheckpointTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/checkpoints")

  private func read(_ name: String) throws -> Data {
    try Data(contentsOf: Self.folder.appendingPathComponent(name))
  }

  @Test(arguments: ["zip.pth", "legacy.pth"]) func everyTensorHasTheBytesThatPyTorchSays(name: String) throws {
    let expected = try Safetensors(path: Self.folder.appendingPathComponent("expected.safetensors").path)
    let found = try PyTorchCheckpoint(path: Self.folder.appendingPathComponent(name).path)
    #expect(Set(found.entries.keys) == Set(expected.entries.keys))
    #expect(Set(found.entries.values.map(\.type)).count == 10)
    for (name, entry) in expected.entries {
      let start = expected.data.startIndex + entry.range.lowerBound
      let tensor = try #require(found.entries[name])
      #expect(tensor.type == entry.type && tensor.shape == entry.shape, "\(name)")
      #expect(tensor.bytes == expected.data[start..<start + entry.range.count], "\(name)")
    }
  }

  /// A slice of a larger buffer has indices of its own.
  @Test func slicesOfDataAreRead() throws {
    for name in ["zip.pth", "legacy.pth"] {
      let bytes = Data([1, 2, 3]) + (try read(name))
      #expect(try PyTorchCheckpoint(bytes: bytes[3...], origin: name).entries.count == 18)
    }
  }

  static let harm: [String: String] = [
    "call-eval": "'builtins.eval'",
    "call-of-a-class": "a call of",
    "call-of-no-function": "calls what is no function",
    "call-system": "'os.system'",
    "call-with-arguments": "a call of",
    "key-twice": "has 'w' twice",
    "mark-missing": "a mark that is not there",
    "memo-of-nothing": "before there is one",
    "memo-out-of-range": "recalls value 4294967295",
    "more-than-its-storages": "goes on for 1 bytes",
    "nested-deep": "nests tuples more than 32 deep",
    "not-a-table": "no table of tensors",
    "not-a-tensor": "'epoch' is no tensor",
    "protocol-4": "protocol 4",
    "shape-overflows": "larger than the file allows",
    "shape-without-end": "larger than the file allows",
    "stack-empty": "takes more than",
    "storage-in-two-ways": "storage '0' in two ways",
    "storage-negative": "describes a storage",
    "storage-of-another-size": "does not describe",
    "storage-too-short": "reaches outside its storage",
    "storage-twice": "does not describe",
    "storage-unlisted": "holds 0 of the 1 storages",
    "stride-negative": "describes a tensor",
    "stride-too-long": "reaches outside its storage",
    "table-in-itself": "'w' is no tensor",
    "text-not-utf8": "not UTF-8",
    "text-too-long": "a text of 2147483647 bytes",
    "truncated-pickle": "ends early",
    "truncated-storage": "ends early",
    "two-values": "ends with 2 values",
    "unknown-global": "'torch._utils._rebuild_parameter'",
    "unknown-opcode": "opcode 0x81",
    "views-without-end": "larger than the file allows",
    "zip-big-endian": "big-endian",
    "zip-compressed": "compressed",
    "zip-damaged": "differs from its checksum",
    "zip-elsewhere": "not where the zip directory says",
    "zip-empty": "too short",
    "zip-many-entries": "impossible place or size",
    "zip-of-absurd-size": "end outside the file",
    "zip-outside": "not where the zip directory says",
    "zip-overlapping": "overlap",
    "zip-same-names": "two entries called",
    "zip-truncated": "does not end in a zip directory",
    "zip-two-pickles": "no data.pkl",
    "zip-without-pickle": "no data.pkl",
    "zip-without-storage": "'data/0' is missing",
  ]

  @Test(arguments: harm.sorted { $0.key < $1.key })
  func whatMeansHarmIsRefusedInOneLine(name: String, words: String) throws {
    let bytes = try read("hostile/\(name).pth")
    let error = #expect(throws: ModelError.self) { try PyTorchCheckpoint(bytes: bytes, origin: "x.pth") }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("x.pth: ") && text.contains(words) && !text.contains("\n"), "\(text)")
    #expect(error?.reason == .malformed || error?.reason == .unsupported)
  }

  @Test func everyHarmfulFileIsTested() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Self.folder.appendingPathComponent("hostile").path)
    #expect(Set(files) == Set(Self.harm.keys.map { $0 + ".pth" }))
  }

  @Test func aPickleWithoutEndIsGivenUp() throws {
    // The legacy file's start, its facts, and then nothing but `None`, for two million steps.
    let sound = try read("legacy.pth")
    let bytes = sound.prefix(137) + Data([0x80, 2]) + Data(repeating: 0x4E, count: 2_000_000)
    let error = #expect(throws: ModelError.self) { try PyTorchCheckpoint(bytes: bytes, origin: "x.pth") }
    #expect(error?.description.contains("more than 1048576 steps") == true, "\(String(describing: error))")
  }

  @Test func whatIsNoCheckpointIsRefused() {
    for bytes in [Data(), Data([0x50]), Data("no checkpoint".utf8), Data([0x80, 2, 0x4E, 0x2E])] {
      let error = #expect(throws: ModelError.self) { try PyTorchCheckpoint(bytes: bytes, origin: "x.pth") }
      #expect(error?.description.contains("is no PyTorch checkpoint") == true)
    }
    #expect(throws: ModelError.self) { try PyTorchCheckpoint(path: "/dev/zero") }
  }

  /// Bytes changed, put in and taken out at random: either an error, or tensors of the bytes they say.
  @Test(arguments: ["zip.pth", "legacy.pth"], 0..<4) func mutationsNeverTrap(name: String, seed: UInt64) throws
  {
    var generator = SeededGenerator(seed: seed)
    let sound = try read(name)
    let interesting: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF] + Array("(.)}]tRQbqrhjJKMXusae".utf8)
    var refused = 0
    for _ in 0..<2000 {
      let bytes = sound.mutated(interesting, using: &generator)
      do {
        for entry in try PyTorchCheckpoint(bytes: bytes, origin: "mutant").entries.values {
          #expect(entry.bytes.count == entry.shape.reduce(entry.type.size, *))
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 500)
  }

  @Test func tensorsOfNoKnownArchitectureAreRefused() throws {
    let checkpoint = try PyTorchCheckpoint(bytes: read("zip.pth"), origin: "x.pth")
    let error = #expect(throws: ModelError.self) { try ModelImport(checkpoint) }
    #expect(error?.description.contains("known are efficientnet-lite0, mobilenet-v2") == true)
    let named = #expect(throws: ModelError.self) { try ModelImport(checkpoint, architecture: "mobilenet-v2") }
    #expect(named?.reason == .missingTensor && named?.subject == "classifier.1.weight")
    #expect(throws: ModelError.self) { try ModelImport(checkpoint, architecture: "resnet") }
  }
}
