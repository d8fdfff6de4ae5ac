import Foundation
import Manifests
import TestSupport
import Testing

/// What other tools get. That they can read it is checked by `Tests/Acceptance/exports.py`.
@Suite struct ExportTests {
  /// Two findings with names and labels that are hard on every format, a photograph without a finding and a failed one.
  private static let manifest =
    [
      record(#"a \"b\", <c> & d.jpg"#, label: #"drum, \"snare\" <&>"#, index: 541, score: 0.9, angle: 12.5),
      record(#"below/line\nbreak.jpg"#, label: "golden retriever", index: 207, score: 0.3, angle: -7),
      #"{"schema":"viewfinder/record/1","path":"nothing.jpg","status":"ok","reason":null,"detail":null,"input":{"width":20,"height":10},"outputs":[],"decodes":1,"milliseconds":{}}"#,
      #"{"schema":"viewfinder/record/1","path":"cut.jpg","status":"failed","reason":"truncated","detail":"ends early","outputs":[],"decodes":0,"milliseconds":{}}"#,
    ].joined(separator: "\n") + "\n"

  private static func record(_ path: String, label: String, index: Int, score: Double, angle: Double) -> String
  {
    let points = "[[100,50],[300,50],[300,150],[100,150]]"
    return """
      {"schema":"viewfinder/record/1","path":"\(path)","status":"ok","reason":null,"detail":null,\
      "input":{"bytes":9,"sha256":"\(String(repeating: "a", count: 64))","format":"jpeg","width":400,"height":200,"orientation":1},\
      "predictions":[{"label":"\(label)","index":\(index),"score":\(score)}],\
      "rectangle":{"center":[200,100],"size":[200,100],"angle":\(angle),"corners":\(points),"quad":\(points),\
      "hull":{"x":100,"y":50,"width":200,"height":100},"coverage":0.25},"outputs":[],"decodes":1,"milliseconds":{}}
      """
  }

  private func export(
    _ format: String, _ arguments: [String] = [], in directory: TemporaryDirectory
  ) throws -> Program.Result {
    let manifest = try directory.put(Self.manifest, at: "run/manifest.jsonl")
    return try Program.run(
      ["export", manifest, "--format", format, "--output", directory.file("result")] + arguments)
  }

  @Test func cocoHasABoxAndAPolygonForEachFinding() throws {
    try TemporaryDirectory.use { directory in
      #expect(try export("coco", in: directory).status == 0)
      let json = try JSONSerialization.jsonObject(with: Data(directory.contents("result")))
      let coco = try #require(json as? [String: Any]).compactMapValues { $0 as? [[String: Any]] }
      #expect(coco["categories"]?.map { $0["id"] as? Int } == [208, 542])
      #expect(coco["images"]?.first?["file_name"] as? String == #"a "b", <c> & d.jpg"#)
      let found = try #require(coco["annotations"])
      #expect(found.map { $0["category_id"] as? Int } == [542, 208])
      #expect(found[0]["bbox"] as? [Double] == [100, 50, 200, 100])
      #expect(found[0]["segmentation"] as? [[Double]] == [[100, 50, 300, 50, 300, 150, 100, 150]])
    }
  }

  @Test func theTableHasALineForEveryRecord() throws {
    try TemporaryDirectory.use { directory in
      #expect(try export("csv", in: directory).status == 0)
      let text = try String(decoding: directory.contents("result"), as: UTF8.self)
      #expect(text.components(separatedBy: "\r\n").count == 6)
      #expect(text.contains(#""a ""b"", <c> & d.jpg",ok,,400,200,"drum, ""snare"" <&>",541,0.9,"#))
      #expect(text.contains("\r\n\"below/line\nbreak.jpg\",ok,"))
      #expect(text.contains("\r\ncut.jpg,failed,truncated,,,"))
    }
  }

  @Test func cvatIsXMLWithRotatedBoxes() throws {
    try TemporaryDirectory.use { directory in
      #expect(try export("cvat", in: directory).status == 0)
      let text = try String(decoding: directory.contents("result"), as: UTF8.self)
      #expect(
        text.contains(#"name="a &quot;b&quot;, &lt;c&gt; &amp; d.jpg""#) && text.contains("line&#10;break.jpg"))
      #expect(text.contains(#"xtl="100.00" ytl="50.00" xbr="300.00" ybr="150.00" rotation="12.50""#))
      #expect(text.contains(#"rotation="353.00""#))
    }
  }

  @Test func whatIsUnsureIsLeftOut() throws {
    try TemporaryDirectory.use { directory in
      #expect(try export("coco", ["--min-score", "0.5"], in: directory).status == 0)
      let text = try String(decoding: directory.contents("result"), as: UTF8.self)
      #expect(text.contains("snare") && !text.contains("golden retriever"))
    }
  }

  @Test(arguments: ["folders", "yolo-obb", "webdataset"]) func photographsAreWantedWhereTheyAre(format: String)
    throws
  {
    try TemporaryDirectory.use { directory in
      let result = try export(format, in: directory)
      #expect(result.status == 65 && result.stderr.contains("keep the manifest beside its folder .viewfinder"))
      #expect(try directory.files(below: ".") == ["run/manifest.jsonl"], "nothing half done is left")
    }
  }

  /// As a download leaves it: what stands behind the dot is no extension, and longer than tar's names.
  @Test func namesOfMembersStayShort() throws {
    try TemporaryDirectory.use { directory in
      try directory.put(picture(60, 50), at: "in/p.jpg?auto=" + String(repeating: "x", count: 150))
      let run = ["classify", directory.file("in"), "--output", directory.file("out")]
      #expect(try Program.run(run).status == 0)
      let result = try Program.run([
        "export", directory.file("out/manifest.jsonl"), "--format", "webdataset", "--output",
        directory.file("shards"),
      ])
      #expect(result.status == 0, "\(result.stderr)")
      let shard = String(decoding: try directory.contents("shards/shard-000000.tar").prefix(100), as: UTF8.self)
      #expect(shard.hasPrefix("000000000.jpeg\0"))
    }
  }

  @Test func linksLeadToPhotographsAlsoWhereTheyWereMoved() throws {
    try TemporaryDirectory.use { directory in
      try directory.makePhotographs()
      let pipeline = try directory.put(
        """
        version: 1
        stages: [{use: read}, {use: decode}, {use: classify}, {use: sort, with: {path: 'm/{name}', mode: move}}]
        """, at: "p.yaml")
      _ = try Program.run(["run", pipeline, directory.file("in"), "--output", directory.file("out")])
      let found = try directory.records().filter { $0.status == .ok }
      #expect(found.count == 4)
      let result = try Program.run([
        "export", directory.file("out/manifest.jsonl"), "--format", "folders", "--output",
        directory.file("result"),
      ])
      #expect(result.status == 0, "\(result.stderr)")
      let links = try FileManager.default.subpathsOfDirectory(atPath: directory.file("result")).filter {
        $0.hasSuffix(".jpg")
      }
      #expect(links.count == 4)
      for link in links {
        #expect(FileManager.default.contents(atPath: directory.file("result/" + link))?.isEmpty == false)
      }
    }
  }

  @Test func nothingIsReplaced() throws {
    try TemporaryDirectory.use { directory in
      try directory.put("mine", at: "result")
      let result = try export("csv", in: directory)
      #expect(result.status == 73 && result.stderr.contains("choose another --output"))
      #expect(try directory.contents("result") == Array("mine".utf8))
    }
  }

  @Test func aWrongNameIsExplained() throws {
    try TemporaryDirectory.use { directory in
      let result = try export("coko", in: directory)
      #expect(result.status == 64 && result.stderr.contains("did you mean 'coco'?"))
    }
  }

  @Test func aRunWithoutFindingsSaysWhatToDo() throws {
    try TemporaryDirectory.use { directory in
      let result = try export("coco", ["--min-score", "95%"], in: directory)
      #expect(result.status == 65 && result.stderr.contains("`classify`"))
    }
  }
}
