import Foundation

/// How much memory this process may use, which can be less than the machine has.
enum GrantedMemory {
  /// Bytes: the least of the machine's memory and the control groups' limits.
  static var bytes: Int {
    let limits = ControlGroup.words(of: "memory.max").compactMap { $0.first.flatMap { Int($0) } }
    return (limits + [Int(clamping: ProcessInfo.processInfo.physicalMemory)]).min() ?? 0
  }
}
