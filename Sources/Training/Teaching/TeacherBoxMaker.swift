import Geometry
package import Imaging
import Networks

/// Makes boxes that nobody drew, from classes and pixels alone, for rectangles to learn from. One value is one round. Immutable; it
/// serves all threads.
///
/// Without a student: the box of what shows the class (``ClassEvidence``). With one: where it says the subject is, that evidence says
/// what surely belongs to it and what not, and a cut by colours (``GrabCut``) finds the edge.
package struct TeacherBoxMaker: Sendable {
  /// What a round does.
  package struct Settings: Hashable, Sendable {
    /// The subject lies within the student's hull, enlarged by this.
    package var margin = 1.15
    /// Whether the student's own evidence counts half.
    package var blends = false
    package var seed: UInt64 = 0

    package init() {}
  }

  /// The least values of a map at which a pixel belongs to the subject surely, or probably; below the last it surely does not.
  private static let surely: Float = 0.7
  private static let probably: Float = 0.2
  private static let atAll: Float = 0.05
  /// Without a student: the share of its greatest value at which a map's region begins.
  private static let regionShare: Float = 0.25
  /// The picture that is cut, pixels a side.
  private static let cutSide = 112
  private static let turns = 3
  /// A side of a cut with fewer pixels has no colours to speak of.
  private static let fewestPixels = 20

  private let evidence: EvidenceNetwork
  private let student: StudentNetwork?
  private let settings: Settings

  /// - Parameters:
  ///   - evidence: the model that knows the classes.
  ///   - student: what was learned from the boxes of the round before; its canvas has the shape of the other's.
  package init(_ evidence: EvidenceNetwork, student: StudentNetwork?, _ settings: Settings = Settings()) {
    self.evidence = evidence
    self.student = student
    self.settings = settings
  }

  /// What a thread needs for itself.
  final class Worker {
    fileprivate let evidence: ClassEvidence
    fileprivate let student: Student?

    fileprivate init(_ maker: TeacherBoxMaker) {
      evidence = ClassEvidence(maker.evidence)
      student = maker.student.map(Student.init)
    }
  }

  func worker() -> Worker { Worker(self) }

  /// A cut with what it was made from.
  package struct Cut: Sendable {
    package let picture: CanvasPixels
    /// For each pixel 0 (surely background), 1, 2 or 3 (surely subject).
    package let hints: [UInt8]
    package let mask: [Bool]
  }

  /// The photograph's box in shares of its width and height, inside it, never empty; and the cut behind it, if there was one.
  ///
  /// - Parameter label: its class, an index of the model's; nil if nobody knows it.
  func box(
    of path: String, label: Int?, _ worker: Worker
  ) throws(TeachingFailure) -> (box: Box, cut: Cut?) {
    do {
      let largest = evidence.largestCanvas
      let photograph = try DecodedPhotograph(
        path: path, canvas: student?.card.canvas.size.union(largest) ?? largest)
      let fit = evidence.card.canvas.fit
      func canvas(_ size: PixelSize) throws(ImagingError) -> CanvasPixels {
        try Canvas.render(photograph.pixels, size: size, fit: fit)
      }
      var canvases: [CanvasPixels] = []
      for view in evidence.views { canvases.append(try canvas(view.canvas)) }
      let map = try worker.evidence.map(of: canvases, label: label)
      let frame = CanvasFrame(photograph: photograph.size, canvas: evidence.card.canvas.size, fit: fit)
      guard let student, let studied = worker.student else {
        return (shares(of: map.box(above: Self.regionShare), in: frame), nil)
      }
      let answer = try studied.answer(canvas(student.card.canvas.size), side: ClassEvidence.side)
      let picture = try canvas(PixelSize(width: Self.cutSide, height: Self.cutSide))
      let (box, cut) = self.box(by: map, answer, picture)
      return (shares(of: box, in: frame), cut)
    } catch let error as ImagingError {
      throw TeachingFailure(detail: error.detail)
    } catch let error as ModelError {
      throw TeachingFailure(detail: error.description)
    } catch {
      throw TeachingFailure(detail: "\(error)")
    }
  }

  /// The box of what is cut out of a picture, in canvas units.
  private func box(by map: ScalarMap, _ answer: Student.Answer, _ picture: CanvasPixels) -> (Box, Cut) {
    let side = Self.cutSide
    let evidence = settings.blends ? map.times(0.5, plus: answer.evidence, times: 0.5) : map
    let fine = evidence.resampled(toSide: side)
    let limit = answer.hull.enlarged(by: settings.margin)
    let hints = fine.values.indices.map { pixel in
      let centre = Point(
        x: Double(2 * (pixel % side) + 1) / Double(side) - 1,
        y: Double(2 * (pixel / side) + 1) / Double(side) - 1)
      return limit.contains(centre) ? TeacherBoxMaker.hint(fine.values[pixel]) : .background
    }
    let likely = hints.map(\.isSubject)
    let count = likely.count { $0 }
    var mask = likely
    if (Self.fewestPixels...(side * side - Self.fewestPixels)).contains(count) {
      var random = KeyedGenerator(settings.seed)
      mask =
        GrabCut(rgb: picture.rgb, size: picture.size, hints: hints).mask(turns: Self.turns, &random) ?? likely
    }
    let cut = Cut(picture: picture, hints: hints.map(\.rawValue), mask: mask)
    // Where nothing is left there is still what the student says.
    guard mask.contains(true) else { return (limit, cut) }
    let smooth = ScalarMap(rows: side, columns: side, values: mask.map { $0 ? 1 : 0 }).smoothed
    return (smooth.box(above: 0.5 * smooth.values.max()!), cut)
  }

  private static func hint(_ value: Float) -> GrabCut.Hint {
    switch value {
    case ..<atAll: .background
    case ...probably: .probablyBackground
    case ...surely: .probablySubject
    default: .subject
    }
  }

  /// A box of the canvas in shares of the photograph.
  private func shares(of box: Box, in frame: CanvasFrame) -> Box {
    let size = frame.photograph
    let corners = [Point(x: box.x, y: box.y), Point(x: box.maxX, y: box.maxY)].map(frame.photographPoint)
    let inside = Box(enclosing: corners).clipped(to: size)
    guard !inside.isEmpty else { return Box(x: 0, y: 0, width: 1, height: 1) }
    let (width, height) = (Double(size.width), Double(size.height))
    return Box(
      x: inside.x / width, y: inside.y / height, width: inside.width / width, height: inside.height / height)
  }
}

/// Why a photograph has no box. One sentence.
struct TeachingFailure: Error {
  let detail: String
}

extension Box {
  /// Grown around its middle.
  fileprivate func enlarged(by factor: Double) -> Box {
    Box(
      x: center.x - factor * width / 2, y: center.y - factor * height / 2, width: factor * width,
      height: factor * height)
  }
}

extension PixelSize {
  /// The greater of each side.
  fileprivate func union(_ other: PixelSize) -> PixelSize {
    PixelSize(width: max(width, other.width), height: max(height, other.height))
  }
}
