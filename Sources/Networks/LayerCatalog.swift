/// The layers architectures can be made of.
package enum LayerCatalog {
  package static let all: [any Layer.Type] = [
    Convolution.self,
    DepthwiseConvolution.self,
    InvertedResidual.self,
    GlobalPooling.self,
    Linear.self,
    Dropout.self,
    RectangularAttention.self,
    PositionwiseAttention.self,
    SpatialGate.self,
  ]
}
