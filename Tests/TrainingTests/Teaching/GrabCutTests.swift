import Geometry
import TestSupport
import Testing
import Training

@Suite struct GrabCutTests {
  private static let size = PixelSize(width: 48, height: 40)

  /// A disc on a ground, both of two colours with noise, and hints from a rough idea of the disc.
  private struct Scene {
    var rgb: [UInt8] = []
    var truth: [Bool] = []
    var hints: [GrabCut.Hint] = []

    init(seed: UInt64) {
      var random = SeededGenerator(seed: seed)
      let centre = Point(
        x: Double.random(in: 16...32, using: &random), y: Double.random(in: 15...25, using: &random))
      for y in 0..<GrabCutTests.size.height {
        for x in 0..<GrabCutTests.size.width {
          let d = Point(x: Double(x), y: Double(y)) - centre
          let isInside = d.dot(d) < 100
          let base =
            isInside ? [(y / 4) % 2 == 0 ? 190 : 150, 90, 60] : [70, (x / 6) % 2 == 0 ? 110 : 140, 120]
          rgb += base.map { UInt8(min(255, max(0, $0 + Int.random(in: -15...15, using: &random)))) }
          truth.append(isInside)
          // Loose and off the middle.
          let rough = (d - Point(x: 3, y: -2))
          let distance = rough.dot(rough)
          hints.append(
            distance < 16
              ? .subject
              : distance < 196 ? .probablySubject : distance < 324 ? .probablyBackground : .background)
        }
      }
    }

    func mask(seed: UInt64 = 0) -> [Bool]? {
      var random = KeyedGenerator(seed)
      return GrabCut(rgb: rgb, size: GrabCutTests.size, hints: hints).mask(turns: 3, &random)
    }
  }

  private func overlap(_ a: [Bool], _ b: [Bool]) -> Double {
    let pairs = zip(a, b)
    return Double(pairs.count { $0 && $1 }) / Double(pairs.count { $0 || $1 })
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func aRoughIdeaBecomesTheSubject(seed: UInt64) throws {
    let scene = Scene(seed: seed)
    let mask = try #require(scene.mask())
    #expect(overlap(mask, scene.truth) > 0.97)
    #expect(overlap(scene.hints.map { $0.rawValue > 1 }, scene.truth) < 0.6)
    #expect(scene.mask() == mask)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func whatIsSureStays(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var scene = Scene(seed: seed)
    for index in scene.hints.indices where Int.random(in: 0..<40, using: &random) == 0 {
      scene.hints[index] = Bool.random(using: &random) ? .subject : .background
    }
    let mask = try #require(scene.mask())
    for (hint, isSubject) in zip(scene.hints, mask) {
      if hint == .subject { #expect(isSubject) }
      if hint == .background { #expect(!isSubject) }
    }
  }

  @Test func aPictureOfOneColourIsDividedByTheHints() throws {
    var scene = Scene(seed: 1)
    scene.rgb = Array(repeating: 100, count: scene.rgb.count)
    let mask = try #require(scene.mask())
    #expect(mask.contains(true) && mask.contains(false))
  }

  @Test func oneSideAloneIsNoDivision() {
    var scene = Scene(seed: 1)
    scene.hints = scene.hints.map { _ in .probablyBackground }
    #expect(scene.mask() == nil)
  }
}
