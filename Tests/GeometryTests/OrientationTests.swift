import Geometry
import TestSupport
import Testing

@Suite struct OrientationTests {
  /// What EXIF says of each value: where the stored picture's row 0 and column 0 are seen.
  @Test(
    arguments: zip(1...8, ["abcdef", "badcfe", "fedcba", "efcdab", "acebdf", "ecafdb", "fdbeca", "bdface"]))
  func turnsASmallPicture(value: Int, expected: String) {
    // Stored: 2 columns, 3 rows.
    let stored = PixelSize(width: 2, height: 3)
    let letters = Array("abcdef")
    let orientation = Orientation(exif: value)
    let upright = orientation.uprightSize(of: stored)
    var picture = [Character](repeating: "?", count: 6)
    for y in 0..<stored.height {
      for x in 0..<stored.width {
        let box = orientation.uprightBox(PixelBox(x: x, y: y, width: 1, height: 1), stored: stored)
        picture[box.y * upright.width + box.x] = letters[y * stored.width + x]
      }
    }
    #expect(String(picture) == expected)
  }

  @Test func invalidValuesMeanUpright() {
    for value in [0, 9, -1, .max, .min] {
      #expect(Orientation(exif: value) == .identity)
    }
  }

  @Test(arguments: Orientation.allCases)
  func inverseUndoes(orientation: Orientation) {
    #expect(orientation.followed(by: orientation.inverse) == .identity)
    #expect(orientation.inverse.followed(by: orientation) == .identity)
    var random = SeededGenerator(seed: 10)
    for _ in 0..<100 {
      let stored = random.size(1...50)
      let box = random.pixelBox(within: stored)
      let upright = orientation.uprightBox(box, stored: stored)
      #expect(PixelBox(orientation.uprightSize(of: stored)).contains(upright))
      #expect(orientation.storedBox(upright, stored: stored) == box)
      let point = random.point(in: -3...60)
      let back = orientation.storedPoint(orientation.uprightPoint(point, stored: stored), stored: stored)
      #expect(approximately(back.x, point.x) && approximately(back.y, point.y))
    }
  }

  @Test func compositionIsOneMapAfterTheOther() {
    let stored = PixelSize(width: 7, height: 4)
    let point = Point(x: 1, y: 3)
    for first in Orientation.allCases {
      for second in Orientation.allCases {
        let middle = first.uprightSize(of: stored)
        let both = first.followed(by: second)
        #expect(both.uprightSize(of: stored) == second.uprightSize(of: middle))
        #expect(
          both.uprightPoint(point, stored: stored)
            == second.uprightPoint(first.uprightPoint(point, stored: stored), stored: middle))
      }
    }
  }

  @Test(arguments: Orientation.allCases)
  func boxesMapAsTheirCorners(orientation: Orientation) {
    let stored = PixelSize(width: 9, height: 5)
    let box = PixelBox(x: 2, y: 1, width: 4, height: 3)
    let corners = [Point(x: 2, y: 1), Point(x: 6, y: 4)].map { orientation.uprightPoint($0, stored: stored) }
    #expect(orientation.uprightBox(box, stored: stored).box == Box(enclosing: corners))
  }
}
