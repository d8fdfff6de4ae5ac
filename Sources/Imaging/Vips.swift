import CVipsBridge

/// The one libvips of this process. It starts when a picture is first touched, which takes 50 to 300 ms.
package enum Vips {
  private static let isStarted = vf_start() == 0

  /// Starts libvips if that has not happened yet. Every entry point of this module calls it.
  ///
  /// A libvips that cannot start is a broken installation: the program ends here.
  package static func start() {
    guard isStarted else { fatalError("libvips \(version) cannot start") }
  }

  /// The version of the libvips in use, such as "8.14.1". Does not start it.
  package static var version: String { "\(vf_version(0)).\(vf_version(1)).\(vf_version(2))" }

  /// The most bytes of pixel memory libvips has held at once. Buffers of this module are not in it.
  package static var memoryHighWater: Int {
    start()
    return vf_memory_highwater()
  }

  /// Frees what libvips keeps for the calling thread; each worker calls it once, at its end.
  package static func threadShutdown() { vf_thread_shutdown() }
}
