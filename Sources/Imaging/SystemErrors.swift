import Glibc

/// The text of an errno ("No such file or directory").
func describe(errno: Int32) -> String {
  // glibc's strerror has been safe between threads since 2.32.
  String(cString: strerror(errno))
}

/// The text of a signal ("Segmentation fault").
func describe(signal: Int32) -> String { strsignal(signal).map { String(cString: $0) } ?? "unknown" }

/// Repeats a system call that answers -1 while signals interrupt it.
func uninterrupted<Result: BinaryInteger>(
  _ call: String, _ body: () -> Result
) throws(ImagingError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let error = errno
    if error != EINTR { throw .unreadable(call: call, errno: error) }
  }
}
