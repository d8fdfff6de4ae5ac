import Foundation

/// How many cores this process may use, which can be fewer than the machine has.
enum GrantedCores {
  /// The least of: the scheduler's affinity mask, the control group's quota, and what a Slurm job was granted. At least 1.
  static var count: Int {
    let slurm = ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"].flatMap { Int($0) }
    return max(1, [affinity, quota, slurm].compactMap(\.self).filter { $0 > 0 }.min() ?? 1)
  }

  /// Cores of the scheduler's affinity mask.
  private static var affinity: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Cores of the control group (version 2): quota over period, rounded up. Every group above this one counts too.
  private static var quota: Int? {
    ControlGroup.words(of: "cpu.max").compactMap { words in
      guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]), period > 0 else {
        return nil
      }
      return Int((quota / period).rounded(.up))
    }.min()
  }
}
