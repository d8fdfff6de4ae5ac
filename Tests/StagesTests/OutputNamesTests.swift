import Foundation
import Manifests
import Stages
import SystemPackage
import TestSupport
import Testing

@Suite struct OutputNamesTests {
  private func inputs(_ paths: [FilePath]) -> FileTable {
    FileTable(paths.map { InputFile(location: $0, path: $0, isNamed: false) })
  }

  private func names(
    _ template: String, _ paths: [FilePath], extension ext: String? = "jpg",
    fields: [PathTemplate.Field: String] = [:]
  ) throws -> [String] {
    let files = inputs(paths)
    let names = OutputNames(try PathTemplate(template), outputExtension: ext, files: files)
    return files.map { names.path(for: $0, fields: fields) }
  }

  private func hash8(_ path: String) -> String { Hashing.hash8(Array(path.utf8)) }

  @Test func namesThatDoNotMeetStayAsTheyAre() throws {
    #expect(try names("crops/{stem}.jpg", ["a.jpg", "sub/b.png"]) == ["crops/a.jpg", "crops/b.jpg"])
    #expect(try names("{reldir}/{name}", ["a/x.jpg", "b/x.jpg"]) == ["a/x.jpg", "b/x.jpg"])
    #expect(
      try names("{name}", ["x.jpeg", "y.PNG"]) == ["x.jpg", "y.jpg"], "the extension is that of what is written"
    )
    #expect(try names("{name}", ["x.jpeg", "noext"], extension: nil) == ["x.jpeg", "noext"])
  }

  @Test func allThatMeetGetTheirHash() throws {
    let paths: [FilePath] = ["a/x.jpg", "b/x.png", "c/y.jpg"]
    #expect(
      try names("{stem}.jpg", paths) == ["x-\(hash8("a/x.jpg")).jpg", "x-\(hash8("b/x.png")).jpg", "y.jpg"])
    #expect(
      try names("{name}", ["a/x.jpg", "b/x.jpg"], extension: nil) == [
        "x-\(hash8("a/x.jpg")).jpg", "x-\(hash8("b/x.jpg")).jpg",
      ])
  }

  @Test func whatTheNetworkSaysDoesNotDecideWhoMeets() throws {
    // Under different labels they would not meet; but labels are not known when names are fixed.
    let paths: [FilePath] = ["a/x.jpg", "b/x.jpg"]
    #expect(
      try names("{label}/{stem}.jpg", paths, fields: [.label: "pug"])
        == paths.map { "pug/x-\(hash8($0.string)).jpg" })
  }

  @Test(arguments: [
    ("IMG.jpg", "img.jpg"), ("é.jpg", "e\u{301}.jpg"), ("É.jpg", "e\u{301}.jpg"), ("STRASSE.jpg", "straße.jpg"),
    ("ΟΔΟΣ.jpg", "οδος.jpg"), ("ſ.jpg", "s.jpg"), ("a\u{1}.jpg", "a_.jpg"), ("Å.jpg", "\u{212B}.jpg"),
  ])
  func namesThatSomeFileSystemTakesForOneMeet(a: String, b: String) throws {
    let paths = [FilePath("1/" + a), FilePath("2/" + b)]
    let names = try names("{stem}.jpg", paths)
    for (name, path) in zip(names, paths) { #expect(name.hasSuffix("-\(hash8(path.string)).jpg"), "\(name)") }
  }

  @Test func bytesThatAreNoTextStayApart() throws {
    let paths = [[0x61, 0xFF], [0x61, 0xFE], [0x61, 0xC3, 0xA9]].map { filePath($0 + Array(".jpg".utf8)) }
    let names = try names("{stem}.jpg", paths)
    #expect(
      Set(names).count == 3 && names[0].hasPrefix("a_-") && names[1].hasPrefix("a_-") && names[2] == "aé.jpg")
  }

  @Test func longNamesStayApart() throws {
    let long = String(repeating: "n", count: 240)
    // They differ only behind what fits.
    let paths = ["1", "2", "3"].map { FilePath(long + $0 + ".jpg") }
    for template in [
      "{stem}.jpg", "{label}-{score}-{stem}.jpg", "x/{label}/{name}", "{label}{label}{stem}{width}.jpg",
    ] {
      let names = try names(
        template, paths, fields: [.label: String(repeating: "l", count: 100), .score: "0.93"])
      #expect(Set(names).count == 3, "\(template)")
      for name in names { #expect(name.split(separator: "/").allSatisfy { $0.utf8.count <= 255 }, "\(name)") }
    }
    // Not shared among the names as they are fixed, but cut when the label is filled in.
    let stem = String(repeating: "m", count: 190)
    let cut = try names(
      "{label}-{stem}.jpg", [FilePath(stem + "1.jpg"), FilePath(stem + "2.jpg")],
      fields: [.label: String(repeating: "l", count: 100)])
    #expect(Set(cut).count == 2 && cut.allSatisfy { $0.utf8.count <= 255 && $0.hasSuffix(".jpg") })
  }

  @Test func namesLeadNeverOutOfTheOutputDirectory() throws {
    let paths: [FilePath] = ["../../etc/passwd", "/etc/passwd", "a/../../b.jpg", "..jpg", "..."]
    for name in try names("o/{reldir}/{stem}.jpg", paths) {
      #expect(name.hasPrefix("o/") && !name.split(separator: "/").contains(".."), "\(name)")
    }
  }

  /// Names of plain letters are made a quicker way: it must come to the same.
  @Test(arguments: 0..<4) func thoseMeetWhoseNamesAreEqualWhenFolded(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let letters = [
      "a", "A", "b", "-", ".", ".jpg", "/", "/", " ", "é", "É", "n.", String(repeating: "l", count: 90),
    ]
    let templates = [
      "{stem}.jpg", "{name}", "{reldir}/{name}", "x/{reldir}-{label}/{stem}.{ext}", "{reldir}{stem}",
      "{stem}/{ext}",
      "{label}/{stem}/{name}", "{hash8}{reldir}{ext}", "A{stem}É.jpg",
    ]
    for _ in 0..<150 {
      let paths = (0..<3).map { _ in
        let text = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
          letters.randomElement(using: &generator)!
        }
        return FilePath("f" + text.joined())
      }
      let (template, ext) = (
        templates.randomElement(using: &generator)!, [nil, "jpg"].randomElement(using: &generator)!
      )
      // Alone nobody meets another, so these are the names as they would be.
      let alone = try paths.map { path in
        let name = try names(template.replacing("{hash8}", with: "{stem}"), [path], extension: ext)[0]
        return name.uppercased().lowercased().precomposedStringWithCanonicalMapping
      }
      let together = try names(template.replacing("{hash8}", with: "{stem}"), paths, extension: ext)
      for index in paths.indices {
        let meets = paths.indices.contains { $0 != index && alone[$0] == alone[index] }
        let isMarked = together[index].contains(hash8(paths[index].string))
        // A name that is too long has its mark in any case.
        let isLong = alone[index].contains(hash8(paths[index].string))
        #expect(isMarked == (meets || isLong), "\(template) \(paths)")
      }
    }
  }

  @Test func aPhotographNeverTakesTheNameOfTheManifest() throws {
    #expect(
      try names("{stem}.jsonl", ["manifest.jpg", "Manifest.png", "p.jpg"]) == [
        "manifest-\(hash8("manifest.jpg")).jsonl", "Manifest-\(hash8("Manifest.png")).jsonl", "p.jsonl",
      ])
    #expect(try names("{stem}.json", ["run.jpg"]) == ["run-\(hash8("run.jpg")).json"])
    #expect(try names("sub/{stem}.json", ["run.jpg"]) == ["sub/run.json"])
  }

  @Test func norThoseOfShardsHoweverManyThereAre() throws {
    for stem in ["manifest-00003-of-00010", "Manifest-00001-of-00001"] {
      #expect(
        try names("{stem}.jsonl", [FilePath(stem + ".jpg")]) == [
          "\(stem)-\(hash8(stem + ".jpg")).jsonl"
        ])
      #expect(try names("sub/{stem}.jsonl", [FilePath(stem + ".jpg")]) == ["sub/\(stem).jsonl"])
      #expect(try names("{stem}.jpg", [FilePath(stem + ".jpg")]) == ["\(stem).jpg"])
    }
  }

  @Test func theFieldHash8IsThatOfThePath() throws {
    #expect(try names("{hash8}.jpg", ["a/x.jpg"]) == [hash8("a/x.jpg") + ".jpg"])
  }

  @Test(arguments: 0..<8)
  func namesDependNeitherOnOrderNorOnWhoElseIsAsked(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let stems = ["a", "A", "b", "é", "e\u{301}", "c"]
    var paths: [FilePath] = []
    for folder in ["x", "y", "z"] {
      for stem in stems where Bool.random(using: &generator) { paths.append(FilePath("\(folder)/\(stem).jpg")) }
    }
    let template = ["{stem}.jpg", "{label}/{name}", "{reldir}/{stem}.jpg"].randomElement(using: &generator)!
    let inOrder = Dictionary(uniqueKeysWithValues: zip(paths, try names(template, paths)))
    let shuffled = paths.shuffled(using: &generator)
    for (path, name) in zip(shuffled, try names(template, shuffled)) { #expect(inOrder[path] == name) }
    let folded = inOrder.values.map { $0.lowercased().precomposedStringWithCanonicalMapping }
    #expect(Set(folded).count == paths.count, "two photographs would get one name")
  }
}
