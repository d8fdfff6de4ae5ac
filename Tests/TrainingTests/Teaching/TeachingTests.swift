import Foundation
import Geometry
import Imaging
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// Teaching with the model that the program ships, on pictures made from a photograph of the samples.
@Suite struct TeachingTests {
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let file = Result {
    try Safetensors(
      path: repository.appendingPathComponent("Sources/viewfinder/Resources/models/lite0-rectangle.safetensors")
        .path)
  }

  /// A grey picture with a photograph in one of its corners.
  private static func picture(right: Bool, bottom: Bool, in folder: TemporaryDirectory) throws
    -> LabelledPhotograph
  {
    let source = repository.appendingPathComponent("samples/photos/animals/chelsea.tif").path
    let file = try ImageFile(path: source)
    let header = try HeaderReader.read(file)
    let part = PixelSize(width: 128, height: 128)
    let photograph = try Canvas.render(
      Decoder.decode(ImageBytes(contentsOf: file), header: header), size: part, fit: .squash)
    let side = 288
    var rgb = [UInt8](repeating: 128, count: 3 * side * side)
    let (left, top) = (right ? side - 144 : 16, bottom ? side - 144 : 16)
    for y in 0..<128 {
      let place = 3 * ((top + y) * side + left)
      rgb.replaceSubrange(place..<place + 3 * 128, with: photograph.rgb[(3 * 128 * y)..<(3 * 128 * (y + 1))])
    }
    let name = "\(right)-\(bottom).png"
    let bytes = try Encoder.encode(
      PixelBuffer(size: PixelSize(width: side, height: side), rgb: rgb), EncodeOptions(format: .png))
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    return LabelledPhotograph(path: folder.file(name), name: name, label: 0)
  }

  /// The four corners, and a file that is no picture.
  private static func corners(in folder: TemporaryDirectory) throws -> [LabelledPhotograph] {
    var photographs: [LabelledPhotograph] = []
    for right in [false, true] {
      for bottom in [false, true] { photographs.append(try picture(right: right, bottom: bottom, in: folder)) }
    }
    try Data("nothing".utf8).write(to: URL(fileURLWithPath: folder.file("a,b.jpg")))
    return photographs + [LabelledPhotograph(path: folder.file("a,b.jpg"), name: "a,b.jpg", label: 0)]
  }

  private func boxes(_ outcomes: [Teaching.Outcome]) -> [String: Box] {
    var boxes: [String: Box] = [:]
    for case .boxed(let photograph, let box) in outcomes { boxes[photograph.name] = box }
    return boxes
  }

  @Test func theNetworkTakenApartSaysTheSame() throws {
    let file = try Self.file.get()
    let evidence = try EvidenceNetwork(file)
    let input = MapShape(height: 64, width: 64, channels: 3)
    let plain = try Network(
      Model.architecture(evidence.card, origin: "test").without("attention"), input: input,
      parameters: evidence.parameters)
    let apart = try Network(evidence.architecture, input: input, parameters: evidence.parameters)
    #expect(apart.source(evidence.cut)?.shape == MapShape(height: 4, width: 4, channels: 672))
    var random = SeededGenerator(seed: 4)
    let pixels = (0..<input.count).map { _ in Float.random(in: -1...1, using: &random) }
    func logits(_ network: Network) -> [Float] {
      let pass = network.run(in: Workspace()) { _ = $0.values.update(fromContentsOf: pixels) }
      return Array(pass.map(network.source("classifier")!).values)
    }
    for (one, other) in zip(logits(plain), logits(apart)) { #expect(abs(one - other) < 1e-3) }
  }

  @Test func boxesLieWhereTheSubjectIs() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.corners(in: folder)
      let maker = TeacherBoxMaker(try EvidenceNetwork(Self.file.get()), student: nil)
      let outcomes = Teaching.boxes(of: photographs, by: maker, hasLabels: false, jobs: 2)
      let boxes = boxes(outcomes)
      #expect(boxes.count == 4)
      for right in [false, true] {
        for bottom in [false, true] {
          let box = try #require(boxes["\(right)-\(bottom).png"])
          let truth = Box(
            x: Double(right ? 144 : 16) / 288, y: Double(bottom ? 144 : 16) / 288, width: 128.0 / 288,
            height: 128.0 / 288)
          #expect(truth.contains(box.center))
          #expect(box.iou(with: truth) > 0.3, "\(right) \(bottom): \(box)")
        }
      }
      guard case .failed(let photograph, let detail)? = outcomes.last else {
        Issue.record("a file that is no picture has a box")
        return
      }
      #expect(photograph.name == "a,b.jpg" && !detail.isEmpty)
    }
  }

  @Test func laterRoundsCutInsideTheStudentsHullAndDoNotDependOnJobs() throws {
    try TemporaryDirectory.use { folder in
      let photographs = try Self.corners(in: folder)
      let file = try Self.file.get()
      var settings = TeacherBoxMaker.Settings()
      settings.blends = true
      let maker = TeacherBoxMaker(try EvidenceNetwork(file), student: try StudentNetwork(file), settings)
      let one = Teaching.boxes(of: photographs, by: maker, hasLabels: false, jobs: 1)
      let two = Teaching.boxes(of: photographs, by: maker, hasLabels: false, jobs: 2) { _, outcome, cut in
        if case .boxed = outcome { #expect(cut?.mask.count == cut?.hints.count) }
      }
      #expect(Teaching.table(one) == Teaching.table(two))
      #expect(boxes(one).count == 4)

      // What was written is read, and merging a table with itself changes nothing.
      let table = folder.file("boxes.csv")
      try Data(Teaching.table(one).utf8).write(to: URL(fileURLWithPath: table))
      let read = try TeacherBoxes(path: table, root: nil)
      #expect(Teaching.table(Teaching.merged(one, with: read)) == Teaching.table(one))
    }
  }

  @Test func aTableNamesEveryFileAsCSVHasIt() {
    let photograph = LabelledPhotograph(path: "/x", name: "a,b \"c\".jpg", label: 0)
    let outcomes: [Teaching.Outcome] = [
      .boxed(photograph, Box(x: 0.25, y: 0, width: 0.5, height: 1)), .failed(photograph, "gone"),
    ]
    #expect(
      Teaching.table(outcomes)
        == "file,xmin,ymin,xmax,ymax\n\"a,b \"\"c\"\".jpg\",0.2500,0.0000,0.7500,1.0000\n")
  }
}
