import Foundation
import Geometry
import Imaging
import Testing
import Training

@Suite struct AugmentationTests {
  private func draws(_ augmentation: Augmentation, _ count: Int = 2000) -> [DrawnView] {
    (0..<count).map { index in
      var random = KeyedGenerator(7, index)
      return augmentation.draw(&random)
    }
  }

  @Test func noneDrawsTheIdentity() {
    for drawn in draws(.none, 50) {
      #expect(drawn.map == .identity)
      #expect(drawn.colours == .none)
    }
  }

  @Test func similarViewsAreSimilaritiesWithinTheirRanges() throws {
    var flips = 0
    for drawn in draws(.similar) {
      let similarity = try #require(drawn.map.similarity)
      #expect(similarity.rho > 0.6 - 1e-9 && similarity.rho < 1.6 + 1e-9)
      #expect(abs(similarity.phi) <= 20 * .pi / 180 + 1e-9)
      #expect(max(abs(similarity.tau.x), abs(similarity.tau.y)) <= 0.2)
      flips += similarity.flips ? 1 : 0
      #expect((0.8...1.2).contains(drawn.colours.brightness))
      #expect(drawn.colours.contrast == 1 && drawn.colours.saturation == 1)
    }
    #expect((850...1150).contains(flips))
  }

  @Test func cropsShowBoxesOfTheCanvas() throws {
    let areas = try draws(.crop).map { drawn in
      let back = try #require(drawn.map.inverse)
      let corners = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { back.point(Point(x: $0.0, y: $0.1)) }
      let box = Quad(corners[0], corners[1], corners[2], corners[3]).hull
      #expect(corners.allSatisfy { max(abs($0.x), abs($0.y)) < 1 + 1e-9 })
      // Upright: the box of the corners is what they enclose.
      let area = abs(back.determinant)
      #expect(abs(box.width * box.height / 4 - area) < 1e-9)
      #expect(area > 0.35 * 3 / 4 - 1e-9 && area < 1 + 1e-9)
      #expect(box.width / box.height > 0.75 - 1e-9 && box.width / box.height < 4.0 / 3 + 1e-9)
      return area
    }
    let mean = areas.reduce(0, +) / Double(areas.count)
    #expect((0.6...0.7).contains(mean))
  }

  @Test func stretchesKeepTheArea() {
    var augmentation = Augmentation()
    augmentation.stretch = 0.5...2
    for drawn in draws(augmentation, 200) {
      #expect(abs(drawn.map.determinant - 1) < 1e-12)
      let ratio = drawn.map.uAxis.x / drawn.map.vAxis.y
      #expect(ratio >= 0.5 - 1e-12 && ratio <= 2 + 1e-12)
    }
  }

  @Test func wideningOneRangeLeavesTheOtherDrawsAlone() {
    var augmentation = Augmentation.similar
    augmentation.stretch = 0.9...1.1
    augmentation.contrast = 0.5...2
    for (a, b) in zip(draws(.similar, 100), draws(augmentation, 100)) {
      #expect(a.map.shift == b.map.shift)
      #expect(a.colours.brightness == b.colours.brightness)
    }
  }

  @Test func presetsSurviveBeingWritten() throws {
    for (name, preset) in Augmentation.presets {
      let written = try JSONEncoder().encode(preset)
      #expect(try JSONDecoder().decode(Augmentation.self, from: written) == preset)
      #expect((name == "none") == (written == Data("{}".utf8)))
    }
  }

  @Test func whatIsNotWrittenStaysAsItIs() throws {
    let text = #"{"rotation": [-5, 5], "crop": {"area": [0.5, 1]}}"#
    let augmentation = try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8))
    var expected = Augmentation()
    expected.rotation = -5...5
    expected.crop = .init(area: 0.5...1, ratio: 1...1)
    #expect(augmentation == expected)
  }

  @Test(arguments: [
    #"{"rotaton": [-5, 5]}"#, #"{"scale": [0, 1]}"#, #"{"scale": [2, 1]}"#, #"{"scale": [1]}"#,
    #"{"scale": [1, 1, 1]}"#, #"{"scale": 1}"#, #"{"flip": 2}"#, #"{"flip": -0.1}"#,
    #"{"crop": {"area": [0, 1]}}"#,
    #"{"crop": {"are": [0.5, 1]}}"#, #"{"shift": [-1e300, 1]}"#, #"{"brightness": [-1, 1]}"#, "[]", "3",
  ])
  func nonsenseIsRefused(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Augmentation.self, from: Data(text.utf8))
    }
  }
}

@Suite struct KeyedGeneratorTests {
  /// Trainings that are resumed rely on these numbers for ever. The judge is the same arithmetic in another language.
  @Test func theNumbersNeverChange() {
    var random = KeyedGenerator(1, 2, 3)
    #expect(
      (0..<3).map { _ in random.next() } == [
        0xE692_4794_894E_8BCA, 0x6213_67A6_9B65_6E62, 0x8F58_A07D_8A3E_F13E,
      ])
  }

  @Test func keysInAnotherOrderAreOtherKeys() {
    func first(_ generator: KeyedGenerator) -> UInt64 {
      var generator = generator
      return generator.next()
    }
    var seen: Set<UInt64> = []
    for a in -3..<12 {
      for b in -3..<12 { for seed in 0..<4 { seen.insert(first(KeyedGenerator(UInt64(seed), a, b))) } }
    }
    #expect(seen.count == 15 * 15 * 4)
  }

  @Test func permutationsAreEvenlySpread() {
    var counts: [[Int]: Int] = [:]
    for index in 0..<24_000 {
      var random = KeyedGenerator(5, index)
      counts[random.permutation(of: 4), default: 0] += 1
    }
    #expect(counts.count == 24)
    // 1000 each; six standard deviations are 186.
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 186 })
    var random = KeyedGenerator(1)
    #expect(random.permutation(of: 0) == [] && random.permutation(of: 1) == [0])
  }

  @Test func uniformNumbersStayInTheirRange() {
    var random = KeyedGenerator(9)
    let numbers = (0..<10_000).map { _ in random.uniform(-2...3) }
    #expect(numbers.allSatisfy { $0 >= -2 && $0 < 3 })
    #expect(abs(numbers.reduce(0, +) / 10_000 - 0.5) < 0.1)
    #expect(random.uniform(0.1...0.1) == 0.1)
  }
}
