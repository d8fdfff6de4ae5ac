import Foundation
import Imaging
import Manifests
import StageGraph
import Stages
import SystemPackage
import TestSupport
import Testing

/// Files that belong to a photograph and travel with it.
@Suite struct SidecarsTests {
  private func put(_ names: [String], _ album: Album) throws {
    for name in names { try album.directory.put(name.utf8, at: "in/" + name) }
  }

  private func pairs(_ record: Record?) -> [String: String] {
    let pairs = (record?.outputs.flatMap(\.sidecars) ?? []).map { ($0.from.text, $0.file.text) }
    return Dictionary(uniqueKeysWithValues: pairs)
  }

  /// Makes a directory look as if nobody had touched it for a while, so that it is listed and believed.
  private func settle(_ directory: String, _ album: Album) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: album.directory.file(directory))
  }

  @Test(arguments: [false, true]) func bothFormsOfNamesInBothCasesComeAlong(isSettled: Bool) throws {
    try Album.use { album in
      try album.add("d/IMG_1.JPG")
      let names = ["d/IMG_1.xmp", "d/IMG_1.JPG.xmp", "d/IMG_1.AAE", "d/IMG_1.MOV", "d/IMG_1.JPG.pp3"]
      try put(names + ["d/IMG_10.xmp", "d/IMG_1.txt", "d/IMG.xmp", "IMG_1.xmp"], album)
      // What has the name of a sidecar but is no file stays.
      try FileManager.default.createDirectory(
        atPath: album.directory.file("in/d/IMG_1.thm"), withIntermediateDirectories: false)
      if isSettled { try settle("in/d", album) }
      let records = try album.run(sorting("copy", "by/{stem}-x.{ext}"))
      #expect(
        pairs(records["d/IMG_1.JPG"]) == [
          "d/IMG_1.xmp": "by/IMG_1-x.xmp", "d/IMG_1.JPG.xmp": "by/IMG_1-x.JPG.xmp",
          "d/IMG_1.AAE": "by/IMG_1-x.AAE",
          "d/IMG_1.MOV": "by/IMG_1-x.MOV", "d/IMG_1.JPG.pp3": "by/IMG_1-x.JPG.pp3",
        ])
      for (from, place) in pairs(records["d/IMG_1.JPG"]) {
        #expect(try album.contents("out/" + place) == Array(from.utf8))
      }
      #expect(try album.outputs().count == 6)
    }
  }

  /// Where `x/IMG_1.jpg` could own `all/IMG_1.xmp` too, that of `y/IMG_1.png` gets the whole name, unless it has one of those already.
  @Test func bothFormsHaveRoomWhereStemsMeet() throws {
    try Album.use { album in
      try album.add("x/IMG_1.jpg", "y/IMG_1.png")
      try put(["y/IMG_1.xmp", "y/IMG_1.png.xmp"], album)
      let records = try album.run(sorting("move", "all/{name}"))
      #expect(records.values.allSatisfy { $0.status == .ok }, "\(records)")
      let places = pairs(records["y/IMG_1.png"])
      #expect(places["y/IMG_1.png.xmp"] == "all/IMG_1.png.xmp")
      let other = try #require(places["y/IMG_1.xmp"])
      #expect(other.hasPrefix("all/IMG_1-") && other.hasSuffix(".xmp"))
      #expect(try album.contents("out/" + other) == Array("y/IMG_1.xmp".utf8))
    }
  }

  /// Each move changes the directory that was listed.
  @Test func allComeAlongWhereADirectoryEmpties() throws {
    try Album.use { album in
      try album.add("a.jpg", "b.jpg", "c.jpg", ".d.jpg")
      try put(["a.xmp", "b.jpg.AAE", "c.xmp"], album)
      try settle("in", album)
      let records = try album.run(sorting("move"))
      #expect(records.values.map { pairs($0).count }.reduce(0, +) == 3)
      #expect(try album.directory.files(below: "in").keys.sorted() == [".d.jpg"])
    }
  }

  @Test func aListingIsBelievedOnlyWhileItsDirectoryStays() throws {
    try Album.use { album in
      try album.add("a.jpg")
      try put(["a.xmp", "a.JPG.AAE", "b.txt", ".c.xmp"], album)
      let listings = SidecarListings()
      let place = FilePath(album.directory.file("in"))
      #expect(listings.names(in: place) == nil, "it may be changing now")
      try settle("in", album)
      #expect(listings.names(in: place) == ["a.xmp", "a.JPG.AAE"])
      #expect(listings.names(in: place) == ["a.xmp", "a.JPG.AAE"])
      try put(["a.pp3"], album)
      #expect(listings.names(in: place) == nil)
      #expect(listings.names(in: place.appending("none")) == nil)
    }
  }

  @Test func oneThatSeveralCouldClaimGoesWithTheFirst() throws {
    try Album.use { album in
      try album.add("IMG_1.jpeg", "IMG_1.jpg", "sub/IMG_1.jpg")
      try put(["IMG_1.xmp", "IMG_1.jpg.xmp", "sub/IMG_1.xmp"], album)
      let records = try album.run(sorting("copy"))
      #expect(pairs(records["IMG_1.jpeg"]) == ["IMG_1.xmp": "sorted/IMG_1.xmp"])
      #expect(pairs(records["IMG_1.jpg"]) == ["IMG_1.jpg.xmp": "sorted/IMG_1.jpg.xmp"])
      #expect(pairs(records["sub/IMG_1.jpg"]) == ["sub/IMG_1.xmp": "sorted/sub/IMG_1.xmp"])
    }
  }

  @Test(arguments: ["copy", "hardlink", "symlink", "move"])
  func theyTravelAsThePhotographDoes(mode: String) throws {
    try Album.use { album in
      try album.add("a.jpg")
      try put(["a.xmp"], album)
      let records = try album.run(sorting(mode))
      #expect(pairs(records["a.jpg"]) == ["a.xmp": "sorted/a.xmp"])
      #expect(try album.contents("out/sorted/a.xmp") == Array("a.xmp".utf8))
      #expect(album.exists("in/a.xmp") == (mode != "move"))
      let isLink =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: album.directory.file("out/sorted/a.xmp")))
      #expect((isLink != nil) == (mode == "symlink"))
    }
  }

  @Test func theyStayWhereThePipelineSaysSo() throws {
    try Album.use { album in
      try album.add("a.jpg")
      try put(["a.xmp"], album)
      let records = try album.run(sorting("move", "sorted/{name}", ["sidecars": .boolean(false)]))
      #expect(pairs(records["a.jpg"]).isEmpty && records["a.jpg"]?.status == .ok)
      #expect(album.exists("in/a.xmp") && !album.exists("in/a.jpg"))
    }
  }

  /// A sidecar that cannot get its place fails its photograph, and nothing is left behind that no record speaks of.
  @Test func oneWhosePlaceIsTakenFailsThePhotograph() throws {
    try Album.use { album in
      try album.add("a.jpg")
      try put(["a.xmp"], album)
      try album.directory.put([9], at: "out/sorted/a.xmp")
      let records = try album.run(sorting("move"))
      #expect(records["a.jpg"]?.reason == .collision && records["a.jpg"]?.outputs.isEmpty == true)
      #expect(try album.outputs() == ["sorted/a.xmp"] && album.contents("out/sorted/a.xmp") == [9])
      #expect(try album.directory.files(below: "in").keys.sorted() == ["a.jpg", "a.xmp"])
    }
  }

  /// Two photographs of other formats, whose names do not meet while those of their sidecars do.
  @Test func thoseOfTwoDirectoriesDoNotMeetInOnePlace() throws {
    try Album.use { album in
      try album.add("x/IMG_1.jpg")
      try album.directory.put(file(waves(30, 30), .png), at: "in/y/IMG_1.png")
      try put(["x/IMG_1.xmp", "y/IMG_1.xmp", "y/IMG_1.png.dop"], album)
      let records = try album.run(sorting("copy", "all/{name}"))
      #expect(records.values.allSatisfy { $0.status == .ok })
      let placed = records.values.flatMap { pairs($0) }
      #expect(placed.count == 3 && Set(placed.map(\.value)).count == 3)
      for (from, place) in placed { #expect(try album.contents("out/" + place) == Array(from.utf8)) }
    }
  }
}
