/// When a shard is full and another begins.
package struct ShardLimits: Hashable, Sendable {
  /// Bytes of the archive; the photograph that reaches them still belongs to it.
  package let bytes: Int
  /// Photographs in it, at least 1.
  package let photographs: Int

  package static let standard = ShardLimits(bytes: 1 << 30, photographs: .max)

  package init(bytes: Int, photographs: Int) {
    self.bytes = bytes
    self.photographs = photographs
  }
}
