import Imaging
import StageGraph

/// A photograph on its way from its file to its views.
struct StreamedPhotograph: GraphItem {
  /// Its place in the order of the stream.
  let place: Int
  /// Its index in the list.
  let index: Int
  let source: LabelledPhotograph
  let drawn: [DrawnView]
  /// Bytes of the file when its header was read.
  var fileSize = 0
  /// Nil where it cannot be read.
  var header: ImageHeader?
  var bytes: ImageBytes?
  var views: [View] = []

  init(place: Int, index: Int, source: LabelledPhotograph, drawn: [DrawnView]) {
    self.place = place
    self.index = index
    self.source = source
    self.drawn = drawn
  }

  // MARK: GraphItem

  var name: String { source.name }

  var byteCost: Int { fileSize }

  func fact(_ name: String) -> Fact? { nil }

  mutating func spent(nanoseconds: UInt64, in stage: String) {}

  func withoutPayload() -> StreamedPhotograph {
    var photograph = self
    photograph.bytes = nil
    photograph.views = []
    return photograph
  }

  static func joining(_ branches: [StreamedPhotograph], since base: StreamedPhotograph) -> StreamedPhotograph {
    preconditionFailure("the graph of a stream has no branches")
  }
}

extension StageFailure {
  /// Why a photograph cannot be shown, or why none can any more.
  init(_ error: ImagingError) {
    self.init(code: "photograph", detail: error.detail, scope: error.concernsEveryFile ? .host : .item)
  }
}
