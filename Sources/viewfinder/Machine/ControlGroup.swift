import Foundation

/// What the control groups (version 2) of this process grant it.
enum ControlGroup {
  /// The words of a setting, in this group and in every one above it that has it.
  static func words(of setting: String) -> [[Substring]] {
    guard
      let line = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8).split(separator: "\n").last,
      let path = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).last
    else { return [] }
    var parts = path.split(separator: "/")
    var found: [[Substring]] = []
    while true {
      let file = "/sys/fs/cgroup/" + (parts + [Substring(setting)]).joined(separator: "/")
      if let text = try? String(contentsOfFile: file, encoding: .utf8) {
        found.append(text.split(whereSeparator: \.isWhitespace))
      }
      if parts.popLast() == nil { return found }
    }
  }
}
