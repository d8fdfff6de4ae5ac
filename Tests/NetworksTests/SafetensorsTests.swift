import Foundation
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct SafetensorsTests {
  /// A file made by hand: header text and data.
  private func file(_ header: String, data: Int = 16) -> Data {
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) }
    bytes.append(contentsOf: header.utf8)
    bytes.append(contentsOf: (0..<data).map { UInt8(truncatingIfNeeded: $0) })
    return bytes
  }

  private func entry(_ dtype: String, _ shape: String, _ offsets: String, name: String = "a") -> String {
    "\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
  }

  @Test func writtenFilesAreReadBack() throws {
    var writer = SafetensorsWriter(metadata: ["note": "äöü \"quoted\" / \n"])
    writer.add("weights", Tensor(shape: [2, 3], [1, -2, 3.5, 0, 0x1p-140, .greatestFiniteMagnitude]))
    writer.add("empty", Tensor(shape: [0, 7], []))
    writer.add("scalar", Tensor(shape: [], [4]))
    writer.add("bytes", type: .uint8, shape: [3], bytes: Data([1, 2, 255]))
    writer.add("half", type: .float16, shape: [2], bytes: Data([0x00, 0x3c, 0x00, 0xc0]))
    writer.add("brain", type: .brainFloat16, shape: [1], bytes: Data([0x80, 0x3f]))
    let encoded = try writer.encoded()
    let read = try Safetensors(bytes: encoded, origin: "memory")
    #expect(read.metadata == writer.metadata)
    #expect(try read.tensor("weights").values == [1, -2, 3.5, 0, 0x1p-140, .greatestFiniteMagnitude])
    #expect(try read.tensor("weights").shape == [2, 3])
    #expect(try read.tensor("empty").shape == [0, 7])
    #expect(try read.tensor("scalar").values == [4])
    #expect(try read.tensor("bytes").values == [1, 2, 255])
    #expect(try read.uint8s("bytes") == [1, 2, 255])
    #expect(try read.tensor("half").values == [1, -2])
    #expect(try read.tensor("brain").values == [1])
    #expect(try writer.encoded() == encoded)
    #expect((encoded.count - read.data.count) % 8 == 0)
  }

  @Test func misalignedAndDoublePrecisionNumbersAreRead() throws {
    let two = withUnsafeBytes(of: Double(2.5).bitPattern.littleEndian) { Data($0) }
    var bytes = file("{\(entry("F64", "[1]", "[3,11]"))}", data: 0)
    bytes.append(contentsOf: [9, 9, 9])
    bytes.append(two)
    let read = try Safetensors(bytes: bytes, origin: "memory")
    #expect(try read.doubles("a") == [2.5])
    #expect(try read.tensor("a").values == [2.5])
  }

  /// A slice of a larger buffer has indices of its own.
  @Test func slicesOfDataAreRead() throws {
    let bytes = Data([1, 2, 3]) + file("{\(entry("U8", "[2]", "[0,2]"))}")
    #expect(try Safetensors(bytes: bytes[3...], origin: "memory").uint8s("a") == [0, 1])
  }

  @Test func damagedFilesAreRefusedWithOneLineThatNamesThem() {
    let huge = "[4294967296,4294967296,4294967296]"
    let cases: [(Data, String)] = [
      (Data(), "too few"),
      (Data([1, 2, 3]), "too few"),
      (Data(repeating: 0xff, count: 64), "more than the format allows"),
      (Data([200, 0, 0, 0, 0, 0, 0, 0, 0x7b]), "has only 1"),
      (file("{"), "not the JSON"),
      (file("[]"), "not the JSON"),
      (file("{\"a\":3}"), "not the JSON"),
      (file("{\"__metadata__\":{\"a\":1}}"), "not the JSON"),
      (file(String(repeating: "[", count: 100_000)), "not the JSON"),
      (file("{\(entry("F32", "[4]", "[0,17]"))}"), "lies outside"),
      (file("{\(entry("F32", "[4]", "[16,0]"))}"), "lies outside"),
      (file("{\(entry("F32", "[4]", "[-16,0]"))}"), "lies outside"),
      (file("{\(entry("F32", "[4]", "[0]"))}"), "lies outside"),
      (file("{\(entry("F32", "[4]", "[0,9223372036854775807]"))}"), "lies outside"),
      (file("{\(entry("F32", "[3]", "[0,16]"))}"), "16 bytes where its shape needs 12"),
      (file("{\(entry("F32", "[-4]", "[0,16]"))}"), "impossible shape"),
      (file("{\(entry("F32", huge, "[0,16]"))}"), "impossible shape"),
      (file("{\(entry("F32", "[NaN]", "[0,16]"))}"), "not the JSON"),
      (file("{\(entry("F32", "[1e300]", "[0,16]"))}"), "not the JSON"),
      (file("{\(entry("F32", "[1.5]", "[0,16]"))}"), "not the JSON"),
      (file("{\(entry("Q4", "[4]", "[0,16]"))}"), "unknown number type 'Q4'"),
      (file("{\(entry("U8", "[9]", "[0,9]")),\(entry("U8", "[8]", "[8,16]", name: "b"))}"), "overlaps 'a'"),
    ]
    for (bytes, message) in cases {
      let error = #expect(throws: ModelError.self, "\(message)") {
        try Safetensors(bytes: bytes, origin: "model.safetensors")
      }
      let text = error?.description ?? ""
      #expect(text.hasPrefix("model.safetensors: ") && text.contains(message), "\(text)")
      #expect(!text.contains("\n"))
    }
  }

  @Test func absentTensorsAndOtherTypesAreNamed() throws {
    let read = try Safetensors(bytes: file("{\(entry("I64", "[2]", "[0,16]"))}"), origin: "f")
    #expect(throws: ModelError.self) { try read.tensor("b") }
    let error = #expect(throws: ModelError.self) { try read.tensor("a") }
    #expect(error?.description == "f: 'a' holds numbers of type I64; store it as F16 or F32")
    #expect(throws: ModelError.self) { try read.doubles("a") }
    #expect(throws: ModelError.self) { try read.uint8s("a") }
  }

  @Test func filesThatAreNoneAreRefused() throws {
    try TemporaryDirectory.use { directory in
      let pipe = directory.file("pipe")
      #expect(mkfifo(pipe, 0o600) == 0)
      for path in [directory.path, directory.file("absent"), pipe, "/dev/zero"] {
        let error = #expect(throws: ModelError.self) { try Safetensors(path: path) }
        #expect(error?.reason == .unreadable)
      }
    }
  }

  /// Single bytes, whole stretches and the length changed at random: either an error or tensors that can be read.
  @Test(arguments: 0..<8) func mutationsNeverTrap(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var writer = SafetensorsWriter(metadata: ["k": "v"])
    writer.add("first", Tensor(shape: [3, 4], [Float](repeating: 1, count: 12)))
    writer.add("second", type: .float16, shape: [5], bytes: Data(repeating: 7, count: 10))
    let sound = try writer.encoded()
    let interesting = Array("0123456789-[]{},:\"eE.".utf8) + [0, 0xff, 0x80]
    var refused = 0
    for _ in 0..<1500 {
      let bytes = sound.mutated(interesting, using: &generator)
      do {
        let file = try Safetensors(bytes: bytes, origin: "mutant")
        for name in file.entries.keys { _ = try? file.tensor(name) }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 300)
  }
}
