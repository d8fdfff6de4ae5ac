import Foundation
import Glibc
import Synchronization

/// A terminal that nobody sits at: programs write to `handle` as to a real one, and what they write is kept.
final class Pseudoterminal: Sendable {
  let columns: Int
  let rows: Int
  /// For the program.
  let handle: FileHandle
  private let master: Int32
  private let written = Mutex<[UInt8]>([])
  private let ended = DispatchSemaphore(value: 0)

  init(columns: Int, rows: Int) throws {
    self.columns = columns
    self.rows = rows
    // What `unlockpt` and `ptsname` do, which Swift does not see: TIOCSPTLCK and TIOCGPTN of Linux.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var locked: Int32 = 0
    var number: UInt32 = 0
    guard master >= 0, ioctl(master, 0x4004_5431, &locked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
      throw POSIXError(.ENODEV)
    }
    let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    guard slave >= 0 else { throw POSIXError(.ENODEV) }
    handle = FileHandle(fileDescriptor: slave, closeOnDealloc: false)
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(slave, UInt(TIOCSWINSZ), &size)
    Thread.detachNewThread { self.read() }
  }

  deinit { close(master) }

  /// Everything that was written, once no program has the terminal any more.
  func transcript() -> String {
    close(handle.fileDescriptor)
    ended.wait()
    return String(decoding: written.withLock { $0 }, as: UTF8.self)
  }

  /// Reading ends with an error when the last one who could write has gone.
  private func read() {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(master, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      written.withLock { $0 += buffer.prefix(count) }
    }
    ended.signal()
  }
}

/// What a person sees of a transcript: the part of a terminal that the program uses.
struct Screen {
  /// All lines since the beginning, those that scrolled away too.
  private(set) var lines: [[Character]] = [[]]
  /// How often the cursor went up to draw lines again.
  private(set) var redraws = 0
  private var row = 0
  private var column = 0

  init(_ transcript: String, columns: Int) {
    // Swift takes \r\n for one character.
    var rest = transcript.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n":
        row += 1
        if row == lines.count { lines.append([]) }
      case "\u{1B}": escape(&rest)
      default:
        if column == columns {
          column = 0
          row += 1
          if row == lines.count { lines.append([]) }
        }
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = Character(scalar)
        column += 1
      }
    }
  }

  /// The lines as text, without those at the end that are empty.
  var text: [String] {
    var text = lines.map { String($0).replacing(#/ +$/#, with: "") }
    while text.last == "" { text.removeLast() }
    return text
  }

  private mutating func escape(_ rest: inout Substring.UnicodeScalarView) {
    guard rest.popFirst() == "[" else { return }
    var number = ""
    while let scalar = rest.popFirst() {
      guard !("0"..."9").contains(scalar) else {
        number.unicodeScalars.append(scalar)
        continue
      }
      switch scalar {
      case "A":
        row = max(0, row - (Int(number) ?? 1))
        redraws += 1
      case "K": lines[row] = Array(lines[row].prefix(column))
      case "J":
        lines[row] = Array(lines[row].prefix(column))
        lines = Array(lines.prefix(row + 1))
      default: break
      }
      return
    }
  }
}
