import StageGraph
import Stages
import Testing

@Suite struct PathTemplateTests {
  @Test func fieldsAreFilledIn() throws {
    let template = try PathTemplate("{label}/{reldir}/{stem}-{width}x{height}_{score}.{ext}")
    let path = template.rendered([
      .label: "pug", .reldir: "a/b", .stem: "p", .width: "4", .height: "3", .score: "0.93", .ext: "jpg",
    ])
    #expect(path == "pug/a/b/p-4x3_0.93.jpg")
    #expect(template.fields == [.label, .reldir, .stem, .width, .height, .score, .ext])
  }

  @Test func onlyTheReaderOfPipelinesFillsInTheAspect() {
    #expect(PathTemplate.format.facts("{aspect}/{stem}.jpg") == ["the aspect of a crop"])
  }

  @Test func partsThatBecomeEmptyVanish() throws {
    let template = try PathTemplate("crops/{label}/{reldir}/{stem}.jpg")
    #expect(template.rendered([.stem: "p"]) == "crops/p.jpg")
    #expect(template.rendered([.stem: "p", .label: "pug"]) == "crops/pug/p.jpg")
  }

  @Test(arguments: [".", ".."])
  func noPartLeadsUpwards(dots: String) throws {
    let template = try PathTemplate("a/{label}/{reldir}/{stem}")
    #expect(template.rendered([.label: dots, .reldir: "\(dots)/\(dots)/etc", .stem: dots]) == "a/_/_/_/etc/_")
    #expect(try PathTemplate("{label}{ext}/{stem}").rendered([.label: ".", .ext: ".", .stem: "p"]) == "_/p")
  }

  @Test(arguments: [
    ("{stem}.jpg", "jpg"), ("a.b/{stem}.JPeG", "jpeg"), ("{name}", nil), ("{stem}.{ext}", nil), ("{stem}", nil),
    ("{stem}.", nil), ("{stem}.tar.gz", "gz"), ("x.png/{stem}", nil), ("{stem}-small.webp", "webp"),
    ("{name}.d/x", nil),
  ])
  func theExtensionOfATemplate(text: String, expected: String?) throws {
    #expect(try PathTemplate(text).literalExtension == expected)
  }

  @Test(arguments: [
    ("", "names no file"), ("{stem}/", "names no file"), ("/{stem}.jpg", "relative"), ("{stem", "not closed"),
    ("stem}", "not closed"), ("{stem}}", "not closed"), ("{}{stem}", "unknown field '{}'"),
    ("{stm}.jpg", "unknown field '{stm}'"), ("{Stem}.jpg", "unknown field '{Stem}'"),
    ("{{stem}}", "unknown field"),
    ("a//{stem}", "empty parts"), ("./{stem}", "not allowed"), ("../{stem}", "not allowed"),
    ("a/../{stem}", "not allowed"), ("{label}.jpg", "one name"), ("fixed.jpg", "one name"),
    ("{reldir}/{ext}", "one name"), ("{stem}\n.jpg", "control characters"),
    ("{stem}\u{0}.jpg", "control characters"),
  ])
  func wrongTemplates(text: String, part: String) {
    let problem = #expect(throws: PathTemplate.Problem.self) { _ = try PathTemplate(text) }
    #expect(problem?.message.contains(part) == true, "\(problem?.message ?? "")")
    #expect(PathTemplate.format.problem(text) == problem?.message)
  }

  @Test(arguments: ["{stem}", "{name}", "{hash8}", "a/{label}/{hash8}.jpg"])
  func oneFieldThatTellsPhotographsApartIsEnough(text: String) throws {
    #expect(try PathTemplate(text).text == text)
    #expect(PathTemplate.format.problem(text) == nil)
  }

  @Test func longPartsAreCutAndKeepTheirExtension() throws {
    let template = try PathTemplate("{label}/{stem}.jpg")
    for stem in [
      String(repeating: "x", count: 400), String(repeating: "é", count: 300),
      "e" + String(repeating: "\u{301}", count: 400),
    ] {
      let name = template.rendered([.stem: stem])
      #expect(name.utf8.count <= 255 && name.utf8.count > 250 && name.hasSuffix(".jpg"), "\(name)")
    }
  }
}

@Suite struct SafeNameTests {
  @Test(arguments: [
    ("golden retriever", "golden retriever"), ("a/b", "a_b"), ("a\\b:c*d?e\"f<g>h|i", "a_b_c_d_e_f_g_h_i"),
    ("..", ""), (".hidden", "hidden"), (" . x . ", "x"), ("-rf", "_rf"),
    ("tab\tline\nnull\u{0}del\u{7F}", "tab_line_null_del_"),
    ("it's", "it's"), ("été", "été"), ("\u{FFFD}", "_"), ("", ""), ("- .", "_"),
  ])
  func components(text: String, expected: String) { #expect(SafeName.component(text) == expected) }

  @Test func componentsAreShort() {
    let name = SafeName.component(String(repeating: "é", count: 200))
    #expect(name.utf8.count == 100)
    #expect(
      SafeName.component(String(repeating: "x", count: 99) + " . y").utf8.count == 99, "no blank at the cut end"
    )
  }

  @Test(arguments: [("my photo: (1)", "my photo: (1)"), ("a\u{1}b", "a_b"), ("a\u{FFFD}", "a_"), ("-x", "-x")])
  func stemsKeepTheirOwnersCharacters(text: String, expected: String) {
    #expect(SafeName.stem(text) == expected)
  }
}
