import Foundation

/// Differences with their intervals, one below the other, as SVG. The same differences give the same bytes.
package struct ForestPlot: Sendable {
  private let title: String
  private let differences: [ComparisonFindings.Difference]

  package init(title: String, _ differences: [ComparisonFindings.Difference]) {
    self.title = title
    self.differences = differences
  }

  private static let left = 300.0
  private static let right = 860.0
  private static let row = 24.0
  private static let top = 62.0

  /// The drawing.
  package var svg: String {
    let reach = reach
    let height = Self.top + Self.row * Double(differences.count) + 62
    func x(_ share: Double) -> Double {
      (Self.left + Self.right) / 2 + 100 * share / reach * (Self.right - Self.left) / 2
    }
    var svg = String(
      format:
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 %.0f\" font-family=\"sans-serif\" font-size=\"13\">\n",
      height)
    svg += String(format: "<rect width=\"900\" height=\"%.0f\" fill=\"white\"/>\n", height)
    svg += text(20, 26, title, size: 16)
    let bottom = Self.top + Self.row * Double(differences.count)
    for tick in ticks(reach) {
      let place = x(tick / 100)
      let colour = tick == 0 ? "#444" : "#ddd"
      svg += String(
        format: "<path d=\"M%.1f %.1fV%.1f\" stroke=\"%@\"/>\n", place, Self.top - 12, bottom, colour)
      svg += text(place, bottom + 18, String(format: tick == 0 ? "%.0f" : "%+g", tick), anchor: "middle")
    }
    svg += text(
      (Self.left + Self.right) / 2, bottom + 40,
      "top-1, percentage points; lines: 95 % intervals; grey: what could not have been seen", anchor: "middle")
    for (index, difference) in differences.enumerated() {
      let y = Self.top + Self.row * (Double(index) + 0.5)
      let estimate = difference.paired.estimate
      let blind = min(100 * difference.paired.smallestDetectable, reach) / 100
      svg += String(
        format: "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" fill=\"#eee\"/>\n", x(-blind), y - 7,
        x(blind) - x(-blind))
      let place = difference.isOverall ? "all" : "\(difference.backbone), \(difference.place)"
      svg += text(20, y + 4, "\(difference.pair.name): \(place)", isBold: difference.isOverall)
      let colour = estimate.low > 0 ? "#27894b" : estimate.high < 0 ? "#c0392b" : "#1b6ca8"
      svg += String(
        format: "<path d=\"M%.1f %.1fH%.1f\" stroke=\"%@\" stroke-width=\"2\"/>\n", x(estimate.low), y,
        x(estimate.high), colour)
      svg += String(
        format: "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%g\" fill=\"%@\"/>\n", x(estimate.value), y,
        difference.isOverall ? 5.5 : 4.0, colour)
    }
    return svg + "</svg>\n"
  }

  /// Half the axis, in points: a round number that holds every interval.
  private var reach: Double {
    let greatest = differences.map { 100 * max(abs($0.paired.estimate.low), abs($0.paired.estimate.high)) }
      .max()
    return [1, 2, 3, 4, 5, 8, 10, 15, 20, 30, 50].first { $0 >= (greatest ?? 0) } ?? 100
  }

  private func ticks(_ reach: Double) -> [Double] { (-2...2).map { Double($0) * reach / 2 } }

  private func text(
    _ x: Double, _ y: Double, _ text: String, size: Int = 13, anchor: String = "start", isBold: Bool = false
  ) -> String {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    let weight = isBold ? " font-weight=\"bold\"" : ""
    return String(
      format: "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%d\" text-anchor=\"%@\"%@>", x, y, size, anchor, weight)
      + escaped + "</text>\n"
  }
}
