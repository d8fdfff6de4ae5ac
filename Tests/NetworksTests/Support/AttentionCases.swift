import Networks

/// Attentions of every kind, as cards put them into the small network.
enum AttentionCases {
  static let cards: [ModelCard.Attention] = [
    .init(.rectangle, after: "head", detail: "block7", semantic: "block9", width: 8),
    .init(.rectangle, after: "block4", width: 8, use: .residual, uprightness: 0.05),
    .init(.rectangle, after: "head", detail: "block9", width: 8, use: .pooling, upright: true),
    .init(.rectangle, after: "block7", detail: "block4", width: 8, head: .flatten),
    .init(.rectangle, after: "head", width: 8, use: .pooling, head: .flatten, upright: true),
    .init(.positionwise, after: "head", detail: "block4", semantic: "block9", width: 8),
    .init(.positionwise, after: "block2", width: 8, use: .residual),
    .init(.positionwise, after: "head", width: 8, use: .pooling),
    .init(.spatialGate, after: "head"), .init(.spatialGate, after: "stem"),
  ]
}
