import Manifests
import TestSupport
import Testing

@Suite struct CorrectionsSchemaTests {
  private static let hash = String(repeating: "0123456789abcdef", count: 4)
  private static let good = """
    {"schema":"viewfinder/corrections/1","manifest":{"name":"manifest.jsonl","sha256":"\(hash)"},"corrections":[\
    {"path":"a.jpg","sha256":"\(hash)","label":{"from":null,"to":"dandelion"}},\
    {"path":"b\u{fffd}.jpg","path_bytes":"/i54","crops":[{"stage":"crops","aspect":"4:5","margin":0.25},\
    {"stage":"square","box":{"x":0,"y":7,"width":30,"height":1}}]}]}
    """

  @Test func theSchemaTakesCorrectionsAndRefusesSpoiledOnes() throws {
    let changes = [
      ("corrections/1", "corrections/2"), (Self.hash, "0123"), (#""to":"dandelion""#, #""to":"""#),
      (#""from":null,"#, ""), (#""aspect":"4:5""#, #""aspect":"wide""#), (#""margin":0.25"#, #""margin":-1"#),
      (#","margin":0.25"#, ""), (#""width":30"#, #""width":0"#), (#""x":0"#, #""x":0.5"#),
      (#""stage":"square","#, ""), (#""path":"a.jpg","#, ""), (#""path_bytes":"/i54""#, #""path_bytes":"/i5""#),
      (#","label":{"from":null,"to":"dandelion"}"#, ""), (#""y":7"#, #""y":7,"z":1"#),
      (#""stage":"crops","aspect""#, #""stage":"crops","box":{"x":0,"y":0,"width":1,"height":1},"aspect""#),
    ]
    let spoiled = changes.map { Self.good.replacing($0.0, with: $0.1) }
    let schema = try Program.run(["schema", "corrections"])
    #expect(schema.status == 0)
    let verdicts = try judge(([Self.good] + spoiled).map { Array($0.utf8) }, by: schema.output)
    #expect(verdicts.first == "ok")
    for (verdict, change) in zip(verdicts.dropFirst(), changes) { #expect(verdict != "ok", "\(change)") }
  }
}
