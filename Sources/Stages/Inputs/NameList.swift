import Glibc
package import SystemPackage

/// A list of file names, whose bytes need not be UTF-8: in a file, on stdin, or at hand.
package struct NameList: Sendable, ExpressibleByArrayLiteral {
  private enum Source: Sendable {
    case file(FilePath)
    case standardInput
    case names([FilePath])
  }

  private let source: Source
  private let end: UInt8

  /// - Parameters:
  ///   - source: a file, or `-` for stdin.
  ///   - zeroTerminated: whether names end with a zero byte instead of a line end.
  package init(_ source: String, zeroTerminated: Bool) {
    self.source = source == "-" ? .standardInput : .file(FilePath(source))
    end = zeroTerminated ? 0 : UInt8(ascii: "\n")
  }

  package init(arrayLiteral names: FilePath...) {
    source = .names(names)
    end = 0
  }

  /// What the list is called in messages.
  private var name: FilePath {
    switch source {
    case .file(let path): path
    case .standardInput, .names: "-"
    }
  }

  /// Hands on one name after the other, none of them empty, in bounded memory. The list can be read once.
  func forEachName(_ body: (ArraySlice<UInt8>) -> Void) throws(InputError) {
    let descriptor: FileDescriptor
    switch source {
    case .names(let names):
      for name in names { body(InputFile.bytes(name)[...]) }
      return
    case .standardInput: descriptor = .standardInput
    case .file(let path):
      do {
        descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
      } catch {
        throw unreadable(error)
      }
    }
    defer { if descriptor != .standardInput { try? descriptor.close() } }
    var splitter = NameSplitter(end: end)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count: Int
      do { count = try descriptor.read(into: buffer) } catch { throw unreadable(error) }
      if count == 0 { break }
      splitter.take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), body)
    }
    splitter.finish(body)
    if splitter.names == 0 { throw .emptyList(name) }
  }

  private func unreadable(_ error: any Error) -> InputError {
    .unreadable(name, (error as? Errno ?? .ioError).description)
  }
}

/// Cuts bytes, which come in pieces, into names.
private struct NameSplitter {
  let end: UInt8
  /// Names so far.
  private(set) var names = 0
  /// The beginning of a name whose end has not come yet.
  private var open: [UInt8] = []

  init(end: UInt8) { self.end = end }

  mutating func take(_ bytes: UnsafeRawBufferPointer, _ body: (ArraySlice<UInt8>) -> Void) {
    var rest = bytes[...]
    while let base = rest.isEmpty ? nil : bytes.baseAddress,
      let found = memchr(base + rest.startIndex, Int32(end), rest.count)
    {
      let place = UnsafeRawPointer(found) - base
      open.append(contentsOf: rest[..<place])
      finish(body)
      rest = rest[(place + 1)...]
    }
    open.append(contentsOf: rest)
  }

  /// Hands on what is open. A list made on another system may end its lines with a carriage return.
  mutating func finish(_ body: (ArraySlice<UInt8>) -> Void) {
    defer { open.removeAll(keepingCapacity: true) }
    let name = end != 0 && open.last == 0x0D ? open.dropLast() : open[...]
    guard !name.isEmpty, !name.contains(0) else { return }
    names += 1
    body(name)
  }
}
