import Geometry
import Imaging
import Networks
import Tensors

/// The layers of a network before the first that learns. Being frozen they run as inference does, without a tape, and what they
/// make of a view can be kept.
struct FrozenTrunk: Sendable {
  /// The last frozen layer; the network's input if the first layer learns.
  let cut: String
  /// The maps later layers need: the cut's own last.
  let kept: [String]
  private let network: Network
  private let sources: [MapSource]
  private let mean: [Float]
  private let scale: [Float]

  /// - Parameter masked: a layer whose map is wanted as well; the trunk ends at it at the latest.
  init(
    _ architecture: Architecture, canvas: ModelCard.Canvas, weights: Weights, masked: String?
  ) throws(ModelError) {
    let names = architecture.entries.map(\.name)
    var frozen = names.prefix { !weights.learns($0) }
    if let masked, let end = frozen.firstIndex(of: masked) { frozen = frozen[...end] }
    let cut = frozen.last ?? Architecture.inputName
    let later = architecture.entries[frozen.count...]
    let read = Set(later.flatMap { $0.configuration.reads }).intersection(frozen + [Architecture.inputName])
      .subtracting([cut])
    self.cut = cut
    kept = read.sorted() + [cut]
    mean = canvas.mean
    scale = canvas.scale
    network = try Network(
      architecture.prefix(through: cut),
      input: MapShape(height: canvas.height, width: canvas.width, channels: 3), parameters: weights.parameters)
    sources = kept.map { [network] in network.source($0)! }
  }

  /// The shape of each kept map.
  var shapes: [MapShape] { sources.map(\.shape) }

  /// Bytes that the kept maps of a view take.
  var bytes: Int { shapes.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.stride }

  /// Runs the trunk on views; `body` receives each view's kept maps, on several threads at once, while they are valid.
  func run(
    _ canvases: [CanvasPixels], in workspaces: [Workspace], _ body: (_ view: Int, _ maps: [FeatureMap]) -> Void
  ) {
    let shared = Unshared(workspaces)
    Shards.forEach(of: canvases.count) { shard, range in
      for view in range {
        let rgb = canvases[view].rgb
        let pass = network.run(in: shared.workspaces[shard]) { input in
          input.normalise(rgb: rgb.span, mean: mean, scale: scale)
        }
        body(view, sources.map { pass.map($0) })
      }
    }
  }

  /// One workspace a shard: no two threads use the same.
  private struct Unshared: @unchecked Sendable {
    let workspaces: [Workspace]
    init(_ workspaces: [Workspace]) { self.workspaces = workspaces }
  }
}
