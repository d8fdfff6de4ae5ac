import Foundation

/// The elementary functions the rectangle needs, so that it can be computed in single precision and checked in double.
package protocol RealScalar: BinaryFloatingPoint, Sendable {
  static func exp(_ x: Self) -> Self
  static func log1p(_ x: Self) -> Self
  static func sin(_ x: Self) -> Self
  static func cos(_ x: Self) -> Self
  static func atan2(_ y: Self, _ x: Self) -> Self
  static func tanh(_ x: Self) -> Self
}

extension Float: RealScalar {
  package static func exp(_ x: Float) -> Float { Foundation.exp(x) }
  package static func log1p(_ x: Float) -> Float { Foundation.log1p(x) }
  package static func sin(_ x: Float) -> Float { Foundation.sin(x) }
  package static func cos(_ x: Float) -> Float { Foundation.cos(x) }
  package static func atan2(_ y: Float, _ x: Float) -> Float { Foundation.atan2(y, x) }
  package static func tanh(_ x: Float) -> Float { Foundation.tanh(x) }
}

extension Double: RealScalar {
  package static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  package static func log1p(_ x: Double) -> Double { Foundation.log1p(x) }
  package static func sin(_ x: Double) -> Double { Foundation.sin(x) }
  package static func cos(_ x: Double) -> Double { Foundation.cos(x) }
  package static func atan2(_ y: Double, _ x: Double) -> Double { Foundation.atan2(y, x) }
  package static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
}

extension RealScalar {
  /// 1 / (1 + e^-x), without overflow.
  static func sigmoid(_ x: Self) -> Self {
    x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
  }

  /// The logarithm of `sigmoid`, without loss where the sigmoid is near 0 or 1.
  static func logSigmoid(_ x: Self) -> Self { min(x, 0) - log1p(exp(-abs(x))) }
}
