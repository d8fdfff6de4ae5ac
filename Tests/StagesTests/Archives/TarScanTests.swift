import Foundation
import Manifests
import Stages
import TestSupport
import Testing

/// The reader of archives, on archives made byte by byte. What others' programs write is in `ArchivesOfOthersTests`.
@Suite struct TarScanTests {
  /// Each file as `name: what is known`, and the trouble that ended the reading.
  private func scan(_ bytes: [UInt8]) -> (files: [String], trouble: String?) {
    var files: [String] = []
    var scan = TarScan(ArchiveBytes(bytes))
    let trouble = scan.run { entry in
      let content =
        switch entry.content {
        case .whole(let member): String(decoding: bytes[member.contents], as: UTF8.self)
        case .unreadable(let sentence): "(\(sentence.prefix(20)))"
        case .cut: "(cut)"
        }
      files.append("\(String(decoding: entry.name, as: UTF8.self)): \(content)")
    }
    return (files, trouble.map { "\($0.reason.rawValue): \($0.detail)" })
  }

  private func archive(_ make: (inout TarMaking) -> Void) -> [UInt8] {
    var archive = TarMaking()
    make(&archive)
    archive.end()
    return archive.bytes
  }

  @Test func membersComeInTheirOrder() {
    let (files, trouble) = scan(
      archive {
        $0.add("b", Array("second letter".utf8))
        $0.add("dir/", []) { $0.flag = UInt8(ascii: "5") }
        $0.add("old directory/", []) { $0.flag = 0 }
        $0.add("a", [])
        $0.add("c", [UInt8](repeating: 0x63, count: 512)) { $0.flag = 0 }
        $0.add("d", Array("contiguous".utf8)) { $0.flag = UInt8(ascii: "7") }
        $0.add("e", Array("unknown kind".utf8)) { $0.flag = UInt8(ascii: "Q") }
      })
    #expect(trouble == nil)
    #expect(
      files == [
        "b: second letter", "a: ", "c: " + String(repeating: "c", count: 512), "d: contiguous",
        "e: unknown kind",
      ])
  }

  @Test func namesComeFromWhereverTheyStand() {
    let long = String(repeating: "n", count: 300)
    let (files, trouble) = scan(
      archive {
        $0.add("tail", [1]) { $0.prefix = Array("some/where".utf8) }
        $0.add("gnu", [2]) {
          $0.magic = Array("ustar  \u{0}".utf8)
          $0.prefix = Array("no prefix".utf8)
        }
        $0.add("././@LongLink", Array((long + "\u{0}").utf8)) { $0.flag = UInt8(ascii: "L") }
        $0.add("././@LongLink", Array("target\u{0}".utf8)) { $0.flag = UInt8(ascii: "K") }
        $0.add("short", [3])
        $0.addPax([("path", "päx"), ("comment", "a=b\nc")])
        $0.add("ascii", [4])
        $0.addPax([("path", "of all")], flag: "g")
        $0.add("x", [5])
        $0.addPax([("path", "")], flag: "g")
        $0.add("its own", [6])
        $0.add(String(repeating: "f", count: 100), [7])
      })
    #expect(trouble == nil)
    #expect(
      files.map { $0.split(separator: ":")[0] } == [
        "some/where/tail", "gnu", Substring(long), "päx", "of all", "its own",
        Substring(String(repeating: "f", count: 100)),
      ])
  }

  @Test func sizesComeFromWhereverTheyStand() {
    let contents = Array("0123456789".utf8)
    let (files, trouble) = scan(
      archive {
        $0.add("binary", contents) { $0.size = [0x80] + [UInt8](repeating: 0, count: 10) + [10] }
        $0.add("blanks", contents) { $0.size = Array("        12 ".utf8) }
        $0.addPax([("size", "10"), ("mtime", "-1.5")])
        $0.add("pax", contents) { $0.size = TarMaking.octal(0, digits: 11) }
        $0.add("link", []) {
          $0.flag = UInt8(ascii: "1")
          $0.size = TarMaking.octal(4096, digits: 11)
        }
        $0.add("last", contents)
      })
    #expect(trouble == nil)
    #expect(
      files == [
        "binary: 0123456789", "blanks: 0123456789", "pax: 0123456789", "link: (a hard link in an ar)",
        "last: 0123456789",
      ])
  }

  @Test func timesAreThoseOfTheHeaders() {
    var times: [Int] = []
    var scan = TarScan(
      ArchiveBytes(
        archive {
          $0.add("octal", [1])
          $0.addPax([("mtime", "1600000000.75")])
          $0.add("pax", [1])
          $0.addPax([("mtime", "-0.5")])
          $0.add("before", [1])
          $0.add("binary", [1]) { $0.modified = [UInt8](repeating: 0xFF, count: 12) }
          $0.addPax([("mtime", "1e999")])
          $0.add("none", [1]) { $0.modified = Array("rubbish".utf8) }
        }))
    #expect(
      scan.run { if case .whole(let member) = $0.content { times.append(member.modified) } } == nil)
    #expect(times == [1_700_000_000, 1_600_000_000, -1, -1, 0])
  }

  @Test func whatHasNoContentsOfItsOwnIsSaid() {
    let (files, trouble) = scan(
      archive {
        $0.add("symbolic", []) { $0.flag = UInt8(ascii: "2") }
        $0.add("sparse", [1, 2, 3]) {
          $0.flag = UInt8(ascii: "S")
          $0.magic = Array("ustar  \u{0}".utf8)
        }
        $0.addPax([("GNU.sparse.major", "1"), ("GNU.sparse.name", "true name")])
        $0.add("GNUSparseFile.0/x", [1, 2, 3])
        $0.add("rest", [1]) { $0.flag = UInt8(ascii: "M") }
        $0.add("device", []) { $0.flag = UInt8(ascii: "3") }
        $0.add("pipe", []) { $0.flag = UInt8(ascii: "6") }
        $0.add("a volume", []) { $0.flag = UInt8(ascii: "V") }
        $0.add("last", Array("there".utf8))
      })
    #expect(trouble == nil)
    #expect(
      files.map { $0.prefix(14) } == [
        "symbolic: (a s", "sparse: (store", "true name: (st", "rest: (a part ", "last: there",
      ])
  }

  @Test func placesOfHolesMayTakeFurtherBlocks() {
    let (files, trouble) = scan(
      archive {
        $0.add("sparse", []) {
          $0.flag = UInt8(ascii: "S")
          $0.size = TarMaking.octal(5, digits: 11)
          $0.change = { $0[482] = 1 }
        }
        var more = [UInt8](repeating: 0, count: 512)
        more[504] = 1
        $0.addPadded(more)
        $0.addPadded([UInt8](repeating: 0, count: 512))
        $0.addPadded(Array("holes".utf8))
        $0.add("last", Array("there".utf8))
      })
    #expect(trouble == nil && files.last == "last: there" && files.count == 2)
  }

  @Test func theReadingEndsWhereNothingCanBeBelieved() {
    func trouble(_ change: @escaping (inout TarMaking.Header) -> Void) -> String? {
      let (files, trouble) = scan(
        archive {
          $0.add("first", [1])
          $0.add("second", [2], change)
          $0.add("third", [3])
        })
      #expect(files.count == 1)
      return trouble
    }
    let place = "at byte 1024; what follows is not read"
    #expect(trouble { $0.error = 1 } == "corrupt: a header does not have its checksum, \(place)")
    let size = "corrupt: a header gives a size that cannot be, \(place)"
    #expect(trouble { $0.size = [UInt8](repeating: 0xFF, count: 12) } == size, "negative")
    #expect(trouble { $0.size = [0x80, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } == size, "more than 64 bits")
    #expect(trouble { $0.size = Array("0000000008 ".utf8) } == size, "no octal digit")
    let most = trouble { $0.size = [0x80, 0, 0, 0, 0x7F] + [UInt8](repeating: 0xFF, count: 7) }
    #expect(most == "corrupt: a file reaches beyond all bounds, at byte 1536; what follows is not read")
    #expect(
      trouble {
        $0.flag = UInt8(ascii: "L")
        $0.size = TarMaking.octal(2 << 20, digits: 11)
      }?.hasPrefix("corrupt: a name is longer") == true)
    #expect(trouble { $0.flag = UInt8(ascii: "x") }?.hasPrefix("corrupt: the fields of a pax header") == true)
  }

  @Test(arguments: [
    "12 path=a", "0 path=a\n", "99 path=a\n", "-1 path=a\n", "9 path=ab\n", "7 path\n", "path=a\n",
    "18446744073709551616 a=b\n", "18 size=12345678x\n", "29 size=99999999999999999999\n", " 9 path=a\n",
  ])
  func fieldsThatAreNoneEndTheReading(text: String) {
    let (files, trouble) = scan(
      archive {
        $0.add("x", Array(text.utf8)) { $0.flag = UInt8(ascii: "x") }
        $0.add("p", [1])
      })
    #expect(files.isEmpty && trouble?.hasPrefix("corrupt: the fields of a pax header") == true)
  }

  /// Every length to which an archive may be cut.
  @Test func aCutArchiveSaysSo() {
    let whole = archive {
      $0.add("first", Array("contents".utf8))
      $0.addPax([("path", "long name")])
      $0.add("second", [UInt8](repeating: 0x32, count: 700))
    }
    #expect(scan(whole).trouble == nil)
    for count in stride(from: 0, to: whole.count - 1024, by: 61) {
      let (files, trouble) = scan(Array(whole.prefix(count)))
      let isCut = files.last?.hasSuffix(": (cut)") ?? false
      #expect(isCut || trouble?.hasPrefix("truncated: ") == true, "\(count) bytes")
      #expect(files.count <= 2)
    }
    // The end mark alone may be cut: one block of it is enough.
    #expect(scan(Array(whole.dropLast(512))).trouble == nil)
    #expect(scan(Array(whole.dropLast(1024))).trouble?.hasPrefix("truncated: the archive ends without") == true)
  }

  @Test func whatFollowsTheEndMarkIsNotLookedAt() {
    let one = archive { $0.add("one", [1]) }
    let (files, trouble) = scan(one + [UInt8](repeating: 0, count: 1 << 20) + archive { $0.add("two", [2]) })
    #expect(files.count == 1 && trouble == nil)
  }

  @Test func anArchiveThatAnnouncesWhatNeverComes() {
    let (files, trouble) = scan(archive { $0.addPax([("path", "p")]) })
    #expect(files.isEmpty && trouble?.hasPrefix("corrupt: the archive ends where a file was announced") == true)
  }

  /// Bytes that went wrong anywhere: no crash, and no member beyond the archive's end.
  @Test(arguments: 0..<300) func harmedArchives(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let whole = archive {
      $0.add("first", Array("contents".utf8))
      $0.add("././@LongLink", Array("long\u{0}".utf8)) { $0.flag = UInt8(ascii: "L") }
      $0.add("x", [1])
      $0.addPax([("path", "long name"), ("size", "700")])
      $0.add("second", [UInt8](repeating: 0x32, count: 700))
    }
    let bytes = Array(Data(whole).mutated(Array("0179 =\n\u{0}xLgS5".utf8) + [0x80, 0xFF], using: &generator))
    var scan = TarScan(ArchiveBytes(bytes))
    var end = 0
    _ = scan.run { entry in
      guard case .whole(let member) = entry.content else { return }
      #expect(member.contents.lowerBound >= end + 512 && member.contents.upperBound <= bytes.count)
      end = member.contents.upperBound
    }
  }
}
