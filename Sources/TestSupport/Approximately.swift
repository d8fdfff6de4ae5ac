/// Whether two numbers differ by at most `tolerance` times the larger of 1 and their magnitudes. NaN never does.
package func approximately(_ a: Double, _ b: Double, tolerance: Double = 1e-9) -> Bool {
  a == b || abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}
