import Foundation
import Manifests
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct FileTableTests {
  private static func file(_ path: FilePath, at location: FilePath, named: Bool = false) -> InputFile {
    InputFile(location: location, path: path, isNamed: named)
  }

  @Test(arguments: 0..<20) func whatGoesInComesOut(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    func path(_ start: String) -> FilePath {
      let parts = ["a", "b", "ab", "ü", "x.jpg", "y.jpg"]
      let count = Int.random(in: 1...4, using: &generator)
      return FilePath(
        start + (0..<count).map { _ in parts.randomElement(using: &generator)! }.joined(separator: "/"))
    }
    let files = (0..<200).map { _ -> InputFile in
      let below = path("")
      let location = Bool.random(using: &generator) ? FilePath("/root").pushing(below) : path("/")
      let trouble =
        Int.random(in: 0..<10, using: &generator) == 0 ? InputFile.Trouble(.corrupt, "\(below)") : nil
      return InputFile(
        location: location, path: below, isNamed: Bool.random(using: &generator), trouble: trouble)
    }
    let table = FileTable(files)
    #expect(Array(table) == files && table == FileTable(files))
    #expect(Array(table.keeping(\.isNamed)) == files.filter(\.isNamed))
  }

  /// Lists put the files in order; of several with one path the last stays.
  @Test(arguments: 0..<10) func namesAreOrderedByTheirBytes(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let letters = ["a", "b", "B", "-", "é", "\u{10FFFF}", "/x", "/./", "//"]
    let names = (0..<300).map { _ in
      FilePath("n" + (0..<3).map { _ in letters.randomElement(using: &generator)! }.joined())
    }
    try TemporaryDirectory.use { directory in
      let text = names.map(\.string).joined(separator: "\n")
      var request = InputRequest()
      request.root = FilePath(directory.path)
      request.names = NameList(try directory.put(text.utf8, at: "list"), zeroTerminated: false)
      let list = try InputList(request)
      let expected = Set(names.map { Array($0.lexicallyNormalized().string.utf8) }).sorted {
        $0.lexicographicallyPrecedes($1)
      }
      #expect(list.files.map(\.pathBytes) == expected)
      #expect(
        list.files.allSatisfy {
          $0.location.lexicallyNormalized() == FilePath(directory.path).pushing($0.path) && $0.isNamed
        })
      for file in list.files { #expect(list.file(at: .init(bytes: file.pathBytes)) == file) }
      #expect(list.file(at: .init("m")) == nil && list.file(at: .init("zzz")) == nil)
    }
  }

  @Test func aListMayBeWrittenInManyWays() throws {
    func names(_ text: String, zero: Bool = false) throws -> [String] {
      try TemporaryDirectory.use { directory in
        var request = InputRequest()
        request.root = "/r"
        request.names = NameList(try directory.put(text.utf8, at: "list"), zeroTerminated: zero)
        return try InputList(request).files.map(\.path.string)
      }
    }
    #expect(try names("b\n\na\r\nc") == ["a", "b", "c"])
    #expect(try names("b\0a\nx\0\0c\r\0", zero: true) == ["a\nx", "b", "c\r"])
    #expect(try names("ze\0ro\nb\n") == ["b"], "no path can hold a zero byte")
    #expect(try names("/absolute/p.jpg\n../up.jpg\n.hidden\n") == ["../up.jpg", ".hidden", "/absolute/p.jpg"])
    // Longer than what is read at once, with a name across the border.
    let many = (0..<60_000).map { "some/folder/photograph-\($0).jpg" }
    #expect(
      try names(many.joined(separator: "\n")) == many.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    for empty in ["", "\n\n", "\r\n"] { #expect(throws: InputError.self) { _ = try names(empty) } }
    #expect(throws: InputError.self) {
      var request = InputRequest()
      request.names = NameList("/no/such/list", zeroTerminated: false)
      _ = try InputList(request)
    }
  }
}
