import Foundation
import Geometry
import Imaging
import Testing

@Suite struct PixelBufferTests {
  /// Large pictures are mapped by themselves; a hundred of them that stayed would be 2.7 GB.
  @Test func largePicturesHoldTheirPixelsAndAreGivenBack() throws {
    let before = try addressSpace()
    for round in 0..<100 {
      let picture = try PixelBuffer(size: PixelSize(width: 3000, height: 3000)) { bytes in
        bytes[0] = UInt8(round)
        bytes[bytes.count - 1] = UInt8(255 - round)
      }
      picture.withBytes { bytes in
        #expect(bytes.count == 27_000_000 && bytes[0] == round && bytes[bytes.count - 1] == 255 - round)
      }
    }
    #expect(try addressSpace() - before < 2 << 30)
  }

  /// Bytes of this process's address space.
  private func addressSpace() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return try #require(text.split(separator: " ").first.flatMap { Int($0) }) * sysconf(Int32(_SC_PAGESIZE))
  }
}
