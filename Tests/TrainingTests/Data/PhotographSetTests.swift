import Foundation
import TestSupport
import Testing
import Training

@Suite struct PhotographSetTests {
  /// Makes empty files: a set is listed without opening a photograph.
  private func put(_ names: [String], in directory: TemporaryDirectory, content: String = "") throws {
    for name in names {
      let url = URL(fileURLWithPath: directory.file(name))
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(content.utf8).write(to: url)
    }
  }

  private func request(
    _ directory: TemporaryDirectory, _ name: String = "", purpose: PhotographRequest.Purpose = .evaluation
  ) -> PhotographRequest {
    PhotographRequest(data: directory.file(name), purpose: purpose)
  }

  @Test func foldersAreClasses() throws {
    try TemporaryDirectory.use { directory in
      try put(
        [
          "dog/b.jpg", "dog/a.PNG", "cat/1.jpeg", "cat/notes.txt", "cat/.hidden.jpg", "cat/jpg", ".git/x.jpg",
          "x.jpg",
        ],
        in: directory)
      let set = try PhotographSet.load(request(directory))
      #expect(set.classes == ["cat", "dog"])
      #expect(set.photographs.map(\.name) == ["cat/1.jpeg", "dog/a.PNG", "dog/b.jpg"])
      #expect(set.photographs.map(\.label) == [0, 1, 1])
      #expect(set.photographs.allSatisfy { FileManager.default.fileExists(atPath: $0.path) })
    }
  }

  @Test func subsetsFitThePurpose() throws {
    try TemporaryDirectory.use { directory in
      try put(["train/a/1.jpg", "val/a/2.jpg", "test_boxed/a/3.jpg"], in: directory)
      func names(_ request: PhotographRequest) throws -> [String] {
        try PhotographSet.load(request).photographs.map(\.name)
      }
      #expect(try names(request(directory)) == ["val/a/2.jpg"])
      #expect(try names(request(directory, purpose: .training)) == ["train/a/1.jpg"])
      var named = request(directory)
      named.subset = "test_boxed"
      #expect(try names(named) == ["test_boxed/a/3.jpg"])
      named.subset = "../x"
      #expect(throws: DataError.self) { try names(named) }
      try FileManager.default.removeItem(atPath: directory.file("val"))
      #expect(try names(request(directory)) == ["test_boxed/a/3.jpg"])
      try FileManager.default.removeItem(atPath: directory.file("test_boxed"))
      #expect(throws: DataError.self) { try names(request(directory)) }
    }
  }

  @Test func aClassMayBeCalledTrain() throws {
    try TemporaryDirectory.use { directory in
      try put(["train/1.jpg", "ship/2.jpg"], in: directory)
      #expect(try PhotographSet.load(request(directory)).classes == ["ship", "train"])
    }
  }

  @Test func listsGiveFilesClassesAndConditions() throws {
    try TemporaryDirectory.use { directory in
      try put(
        ["sub/list.csv"], in: directory,
        content:
          "file,label,imagenet_index,split\na.jpg,dog,3,test\n../b.jpg,cat,1,train\na.jpg,dog,3,test\nc.jpg,dog,3,train\n"
      )
      var wanted = request(directory, "sub/list.csv")
      var set = try PhotographSet.load(wanted)
      #expect(set.classes == ["cat", "dog"] && set.photographs.map(\.label) == [1, 0, 1])
      #expect(set.photographs.map(\.name) == ["a.jpg", "../b.jpg", "c.jpg"])
      #expect(set.photographs[0].path.hasSuffix("/sub/a.jpg"))
      #expect(!set.photographs[1].path.contains("..") && !set.photographs[1].path.contains("/sub/"))
      wanted.conditions = [.init(column: "split", value: "train")]
      wanted.labels = .indices(column: "imagenet_index")
      wanted.root = directory.file("elsewhere")
      set = try PhotographSet.load(wanted)
      #expect(set.classes.count == 4 && set.photographs.map(\.label) == [1, 3])
      #expect(set.photographs[1].path.hasSuffix("/elsewhere/c.jpg"))
      wanted.conditions = [.init(column: "split", value: "nowhere")]
      #expect(throws: DataError.self) { try PhotographSet.load(wanted) }
      wanted.conditions = [.init(column: "colour", value: "red")]
      #expect(throws: DataError.self) { try PhotographSet.load(wanted) }
      wanted = request(directory, "sub/list.csv")
      wanted.labels = .none
      #expect(try PhotographSet.load(wanted).classes.count == 1)
    }
  }

  @Test func everyKthAndALimit() throws {
    try TemporaryDirectory.use { directory in
      try put((0..<10).map { "a/\($0).jpg" }, in: directory)
      var wanted = request(directory)
      wanted.every = 3
      wanted.offset = 1
      #expect(try PhotographSet.load(wanted).photographs.map(\.name) == ["a/1.jpg", "a/4.jpg", "a/7.jpg"])
      wanted.limit = 2
      #expect(try PhotographSet.load(wanted).photographs.count == 2)
      wanted.offset = 20
      #expect(throws: DataError.self) { try PhotographSet.load(wanted) }
    }
  }

  @Test func namesAreMappedToLabels() throws {
    try TemporaryDirectory.use { directory in
      try put(["tench/1.jpg", "springer/2.jpg"], in: directory)
      try put(
        ["classes.csv"], in: directory,
        content: "folder,wnid,imagenet_index,name\nspringer,n1,2,English springer\n")
      let labels = ["tench", "goldfish", "English springer"]
      let names = try ClassNames(labels: labels, table: CSVTable(path: directory.file("classes.csv")))
      let set = try PhotographSet.load(request(directory), classes: names)
      #expect(set.classes == labels && set.photographs.map(\.label) == [2, 0])
      #expect(throws: DataError.self) {
        try PhotographSet.load(request(directory), classes: ClassNames(labels: labels))
      }
      #expect(throws: DataError.self) {
        try ClassNames(labels: ["one"], table: CSVTable(path: directory.file("classes.csv")))
      }
      var wanted = request(directory)
      wanted.labels = .none
      let unlabelled = try PhotographSet.load(wanted, classes: names)
      #expect(
        unlabelled.photographs.map(\.label) == [0, 0] && unlabelled.classes == labels, "a model keeps its own")
      #expect(try PhotographSet.load(wanted).classes.count == 1)
    }
  }

  @Test func contradictionsAndEmptyFieldsAreRefused() throws {
    try TemporaryDirectory.use { directory in
      for (content, message) in [
        ("file,label\na.jpg,x\na.jpg,y\n", "list.csv:3: gives 'a.jpg' another class than line 2"),
        ("file,label\n,x\n", "list.csv:2: names no file"), ("file,label\na.jpg,\n", "list.csv:2: has no class"),
        ("name\nx\n", "list.csv:1: has no column 'file'"),
      ] {
        try put(["list.csv"], in: directory, content: content)
        do throws(DataError) {
          _ = try PhotographSet.load(request(directory, "list.csv"))
          Issue.record("was read")
        } catch {
          #expect(error.reason == .malformed && error.description.contains(message), "\(error)")
        }
      }
      do throws(DataError) {
        _ = try PhotographSet.load(request(directory, "nothing"))
        Issue.record("was read")
      } catch {
        #expect(error.reason == .unreadable)
      }
    }
  }

  @Test func linksInCirclesEnd() throws {
    try TemporaryDirectory.use { directory in
      try put(["a/1.jpg"], in: directory)
      try FileManager.default.createSymbolicLink(atPath: directory.file("a/loop"), withDestinationPath: "..")
      var wanted = request(directory)
      wanted.labels = .none
      #expect(try PhotographSet.load(wanted).photographs.map(\.name) == ["a/1.jpg"])
    }
  }
}
