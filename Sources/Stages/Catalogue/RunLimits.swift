package import Imaging
package import StageGraph

/// The limits of a run, which keep hostile or huge files from harming it.
package struct RunLimits: Sendable {
  package let image: ImageLimits
  /// Seconds that one photograph may take to decode.
  package let timeout: Double
  /// Bytes of all photographs in flight; nil leaves it to the number of cores.
  package let memory: Int?
  /// Whether codecs run in processes of their own.
  package let isolates: Bool

  package static let schema: [OptionSchema] = [
    OptionSchema(
      "pixels", .integer(1...4_000_000_000), default: .integer(200_000_000), "pixels of a photograph"),
    OptionSchema("bytes", .integer(1...(1 << 40)), default: .integer(512 << 20), "bytes of a file"),
    OptionSchema("pages", .integer(1...1_000_000), default: .integer(10_000), "pages or frames of a file"),
    OptionSchema("timeout", .number(0.001...86_400), default: .number(60), "seconds to decode one photograph"),
    OptionSchema(
      "memory", .integer((1 << 20)...(1 << 50)), default: OptionValue.none,
      "bytes of all photographs in flight; a larger one is admitted alone (default: 110 MiB for each core)"),
    OptionSchema(
      "isolate", .choice(["none", "process"]), default: .text("none"),
      "run the codecs in processes of their own, so that one that crashes or hangs costs one photograph"),
  ]

  package init(_ options: Options) {
    image = ImageLimits(
      bytes: options.integer("bytes"), pixels: options.integer("pixels"), pages: options.integer("pages"))
    timeout = options.number("timeout")
    memory = options.optionalInteger("memory")
    isolates = options.text("isolate") == "process"
  }
}
