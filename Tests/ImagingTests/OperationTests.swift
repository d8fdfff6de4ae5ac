import Foundation
import Geometry
import Imaging
import Testing

@Suite struct OperationTests {
  @Test(arguments: [(1, 1), (7, 200), (200, 7), (64, 48), (333, 111), (127, 95)])
  func resizeGivesExactlyTheSize(side: (width: Int, height: Int)) throws {
    for (width, height) in [(128, 96), (1, 1), (501, 3), (3, 501)] {
      let size = PixelSize(width: side.width, height: side.height)
      let picture = try smoothPicture(width, height).resized(to: size)
      #expect(picture.size == size)
    }
  }

  @Test func resizeKeepsWhatIsSmooth() throws {
    let picture = try picture(200, 100) { x, y in [UInt8(x), UInt8(y), 77] }
    let half = try picture.resized(to: PixelSize(width: 100, height: 50))
    for (x, y) in [(10, 10), (50, 25), (88, 41)] {
      // The middle of pixel x is at 2x + 1 of the larger one, between the values 2x and 2x + 1.
      #expect(abs(half[x, y][0] - (2 * x)) <= 1 && abs(half[x, y][1] - (2 * y)) <= 1 && half[x, y][2] == 77)
    }
  }

  @Test(arguments: [(100, 80), (300, 260), (100, 30), (33, 250)])
  func resizeShiftsNothing(side: (width: Int, height: Int)) throws {
    let (width, height) = (60, 50)
    let ramp = try picture(width, height) { x, y in [UInt8(4 * x), UInt8(4 * y), 255] }
    let resized = try ramp.resized(to: PixelSize(width: side.width, height: side.height))
    for (x, y) in [(0.3, 0.3), (0.5, 0.6), (0.7, 0.25)] {
      let (column, row) = (Int(x * Double(side.width)), Int(y * Double(side.height)))
      let center = Point(
        x: (Double(column) + 0.5) * Double(width) / Double(side.width) - 0.5,
        y: (Double(row) + 0.5) * Double(height) / Double(side.height) - 0.5)
      #expect(abs(Double(resized[column, row][0]) - 4 * center.x) <= 1.5)
      #expect(abs(Double(resized[column, row][1]) - 4 * center.y) <= 1.5)
    }
    // The border is the picture's, not the surrounding's.
    let corners = [(0, 0), (side.width - 1, 0), (0, side.height - 1), (side.width - 1, side.height - 1)]
    #expect(corners.allSatisfy { resized[$0.0, $0.1][2] == 255 })
  }

  @Test func cropCopiesPixels() throws {
    let picture = try noisyPicture(40, 30, seed: 6)
    let box = PixelBox(x: 13, y: 7, width: 20, height: 11)
    let crop = try picture.cropped(to: box)
    for y in 0..<box.height {
      for x in 0..<box.width { #expect(crop[x, y] == picture[box.x + x, box.y + y]) }
    }
  }

  @Test func anUprightRectangleIsACrop() throws {
    let picture = try noisyPicture(40, 30, seed: 7)
    let box = PixelBox(x: 5, y: 9, width: 21, height: 12)
    #expect(try picture.cropped(to: OrientedRectangle(box.box)).rgb == picture.cropped(to: box).rgb)
  }

  /// The second implementation: the colour of a linear picture at the place where the pixel's centre lies.
  @Test(arguments: [-44.0, -17.5, 3, 30, 45]) func aRotatedRectangleShowsWhatItCovers(angle: Double) throws {
    let picture = try picture(240, 200) { x, y in [UInt8(x), UInt8(y), UInt8((x + y) / 2)] }
    let rectangle = OrientedRectangle(center: Point(x: 118.3, y: 97.6), width: 90, height: 61, angle: angle)
    let cut = try picture.cropped(to: rectangle)
    #expect(cut.size == PixelSize(width: 90, height: 61))
    let e1 = Point(direction: rectangle.angle)
    for (x, y) in [(0, 0), (89, 0), (0, 60), (89, 60), (45, 30), (12, 50)] {
      let from =
        rectangle.center + e1 * (Double(x) + 0.5 - 45) + e1.perpendicular * (Double(y) + 0.5 - 30.5)
      // A pixel's value is that of its left and upper edge.
      #expect(abs(Double(cut[x, y][0]) - (from.x - 0.5)) <= 1, "(\(x), \(y))")
      #expect(abs(Double(cut[x, y][1]) - (from.y - 0.5)) <= 1, "(\(x), \(y))")
    }
  }

  @Test func aRectangleMayLeaveThePicture() throws {
    let picture = try smoothPicture(30, 20)
    let outside = OrientedRectangle(center: Point(x: -50, y: 500), width: 10, height: 5, angle: 20)
    let cut = try picture.cropped(to: outside)
    #expect(cut.size == PixelSize(width: 10, height: 5))
    #expect(cut[4, 2] == [0, 0, 0])
    for broken in [
      OrientedRectangle(center: Point(x: .nan, y: 5), width: 3, height: 3, angle: 0),
      OrientedRectangle(center: Point(x: 5, y: 5), width: 1e12, height: 3, angle: 0),
    ] {
      #expect(throws: ImagingError.operationFailed("rotated crop")) { try picture.cropped(to: broken) }
    }
    let thin = OrientedRectangle(center: Point(x: 5, y: 5), width: 0, height: 0, angle: 10)
    #expect(try picture.cropped(to: thin).size == PixelSize(width: 1, height: 1))
  }

  @Test func attentionGoesToTheSpot() throws {
    let picture = try picture(300, 200) { x, y in
      (220..<260).contains(x) && (40..<80).contains(y) ? [230, 40, 30] : [120, 120, 120]
    }
    let point = try picture.attentionPoint()
    #expect(abs(point.x - 240) < 35 && abs(point.y - 60) < 35, "\(point)")
    for size in [(1, 1), (1, 500), (500, 1)] {
      let point = try smoothPicture(size.0, size.1).attentionPoint()
      #expect((0...Double(size.0)).contains(point.x) && (0...Double(size.1)).contains(point.y))
    }
  }
}
