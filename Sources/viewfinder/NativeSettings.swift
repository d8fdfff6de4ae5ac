import Glibc

/// Settings of C libraries that are read only while a process starts.
enum NativeSettings {
  /// Codecs hold whole photographs for a moment. In large pages the kernel hands that memory out in fewer, larger steps, which is
  /// worth about a tenth of a run over large photographs. OpenBLAS otherwise starts threads that nobody uses.
  static let wanted = [
    (name: "GLIBC_TUNABLES", value: "glibc.malloc.hugetlb=1"), (name: "OPENBLAS_NUM_THREADS", value: "1"),
  ]

  /// What the process was started with, as a shell would write it.
  static var current: String {
    wanted.map { "\($0.name)=\(getenv($0.name).map { String(cString: $0) } ?? "")" }.joined(separator: " ")
  }

  /// Starts the program anew in its own place, with the settings that the environment does not have. What the user has set stays.
  ///
  /// Call it before anything is read or written. Where it cannot be done the program goes on, only slower.
  static func adopt() {
    let missing = wanted.filter { getenv($0.name) == nil }
    guard !missing.isEmpty, let program = realpath("/proc/self/exe", nil) else { return }
    for setting in missing { setenv(setting.name, setting.value, 0) }
    execv(program, CommandLine.unsafeArgv)
    free(program)
  }
}
