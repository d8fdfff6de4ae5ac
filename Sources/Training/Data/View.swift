package import Geometry
package import Imaging

/// A photograph as the network is to see it once.
package struct View: Sendable {
  /// Pixels of the canvas.
  package let pixels: CanvasPixels
  /// Where a point of the un-augmented canvas lies in this view; ``Geometry/CanvasMap/similarity`` says what becomes
  /// of rectangles.
  package let map: CanvasMap
  /// The photograph's class.
  package let label: Int
  /// The photograph's index in the list that is streamed.
  package let photograph: Int
}

/// Views of some photographs, in the order of the stream.
package struct Batch: Sendable {
  /// For each photograph its views, in the order of the plan's augmentations.
  package let views: [[View]]
  /// Where it begins: its epoch, and its number in it.
  package let position: StreamPosition
  /// Where a stream must start to give what comes after it.
  package let end: StreamPosition
}

/// A place in a stream, between two photographs. A training that is to continue keeps ``Batch/end`` of its last batch.
package struct StreamPosition: Hashable, Sendable, Codable {
  /// From 0.
  package var epoch: Int
  /// Batches of this epoch before it.
  package var batch: Int
  /// Photographs of this epoch before it, those that could not be decoded included.
  package var photograph: Int

  /// Takes the values as they are.
  package init(epoch: Int = 0, batch: Int = 0, photograph: Int = 0) {
    self.epoch = epoch
    self.batch = batch
    self.photograph = photograph
  }

  /// The start of all streams.
  package static let start = StreamPosition()
}

/// A photograph that could not be shown.
package struct SkippedPhotograph: Hashable, Sendable {
  /// Its index in the list that is streamed.
  package let photograph: Int
  package let path: String
  /// One sentence for people.
  package let reason: String
}
