import StageGraph
import Testing

@Suite struct WiringTests {
  private static let read = StageSchema(name: "read", summary: "", adds: ["file", "width"])
  private static let decode = StageSchema(
    name: "decode", summary: "", needs: ["file"], adds: ["pixels"], branchLocal: ["pixels"])
  private static let classify = StageSchema(
    name: "classify", summary: "", needs: ["pixels"], adds: ["label", "score"])
  private static let crop = StageSchema(
    name: "crop", summary: "", needs: ["pixels"], adds: ["pixels", "region"], branchLocal: ["pixels", "region"])
  private static let filter = StageSchema(name: "filter", summary: "", filters: true)
  private static let report = StageSchema(name: "report", summary: "", needs: ["region"])
  private static let use = StageSchema(name: "use", summary: "", needs: ["label"])
  private static let end = StageSchema(name: "end", summary: "")
  private static let catalogue = [read, decode, classify, crop, filter, report, use, end]

  private typealias Place = Wiring.Place

  /// `stage 5 misses label, score` for each stage that misses something.
  private func complaints(_ places: [Wiring.Place]) -> [String] {
    Wiring.problems(places, catalogue: Self.catalogue).map { "\($0.stage) misses \($0.missing)" }
  }

  /// A chain of stages, then more places.
  private func chain(_ schemas: StageSchema..., then places: [Wiring.Place] = []) -> [Wiring.Place] {
    schemas.enumerated().map { Place(schema: $1, after: $0 == 0 ? [] : [$0 - 1]) } + places
  }

  @Test func aChainInOrderIsFine() {
    #expect(complaints(chain(Self.read, Self.decode, Self.classify, Self.crop, Self.report, Self.use)) == [])
  }

  @Test func whatIsMissingIsReportedOnceWhereItIsFirstNeeded() {
    #expect(
      complaints(chain(Self.read, Self.crop, Self.crop, Self.use, Self.use)) == [
        "1 misses pixels", "3 misses label",
      ])
    let problem = Wiring.problems(chain(Self.read, Self.classify), catalogue: Self.catalogue).first
    #expect(problem?.providers == ["decode"], "what needs pixels itself is no help")
    #expect(problem?.unsure == [])
  }

  /// A stage is what its options make of it.
  @Test func factsMayDependOnOptions() {
    let schema = StageSchema(
      name: "ask", summary: "", options: [OptionSchema("deep", .boolean, default: .boolean(false), "")],
      needs: ["file", "pixels"], adds: ["label", "pixels"], branchLocal: ["pixels"], filters: true
    ) { $0.boolean("deep") ? (["pixels"], ["label"]) : (["file"], []) }
    let (plain, deep) = (
      schema.with(Options(schema.options)),
      schema.with(Options(schema.options, given: ["deep": .boolean(true)]))
    )
    #expect(plain.needs == ["file"] && plain.adds == [] && plain.branchLocal == [] && plain.filters)
    #expect(complaints(chain(Self.read, plain, Self.use)) == ["2 misses label"])
    #expect(complaints(chain(Self.read, deep, Self.use)) == ["1 misses pixels"])
    #expect(complaints(chain(Self.read, Self.decode, deep, Self.use)) == [])
    #expect(Self.use.with(Options([])).needs == ["label"])
    let problem = Wiring.problems(chain(Self.read, Self.use), catalogue: Self.catalogue + [schema]).first
    #expect(problem?.providers == ["classify"], "what it adds only where it is told to is no hint")
  }

  @Test func conditionsNeedTheFactsTheyRead() {
    let places = chain(
      Self.read, Self.decode, then: [Place(schema: Self.end, after: [1], reads: ["score", "width"])])
    #expect(complaints(places) == ["2 misses score"])
  }

  @Test func whatAConditionalStageAddsCannotBeReliedOn() {
    let places = chain(
      Self.read, Self.decode,
      then: [
        Place(schema: Self.classify, after: [1], reads: ["width"], isConditional: true),
        Place(schema: Self.use, after: [2]),
      ])
    #expect(complaints(places) == ["3 misses label"])
    #expect(Wiring.problems(places, catalogue: Self.catalogue).first?.unsure == [2])
  }

  @Test func factsOfEveryBranchPassAJoin() {
    // 0 read, 1 decode, 2 classify and 3 crop as branches, 4 their join.
    let branches = [Place(schema: Self.classify, after: [1]), Place(schema: Self.crop, after: [1])]
    let places = chain(Self.read, Self.decode, then: branches + [Place(schema: Self.use, after: [2, 3])])
    #expect(complaints(places) == [])
  }

  @Test func pixelsAndRegionEndAtAJoin() {
    let branches = [Place(schema: Self.classify, after: [1]), Place(schema: Self.crop, after: [1])]
    let places = chain(Self.read, Self.decode, then: branches + [Place(schema: Self.report, after: [2, 3])])
    #expect(complaints(places) == ["4 misses region"])
    // Each branch has its own region, and still none is that of the joined photograph.
    let crops = [Place(schema: Self.crop, after: [1]), Place(schema: Self.crop, after: [1])]
    let both = chain(Self.read, Self.decode, then: crops + [Place(schema: Self.report, after: [2, 3])])
    #expect(complaints(both) == ["4 misses region"])
  }

  @Test func pixelsFromBeforeTheForkAreThereAfterTheJoin() {
    let branches = [Place(schema: Self.crop, after: [1]), Place(schema: Self.end, after: [1])]
    let places = chain(Self.read, Self.decode, then: branches + [Place(schema: Self.classify, after: [2, 3])])
    #expect(complaints(places) == [])
    // But not where only the branches decode.
    let late = chain(
      Self.read,
      then: [
        Place(schema: Self.decode, after: [0]), Place(schema: Self.decode, after: [0]),
        Place(schema: Self.classify, after: [1, 2]),
      ])
    #expect(complaints(late) == ["3 misses pixels"])
  }

  @Test func whatStandsBehindAFilterInOneBranchCannotBeReliedOn() {
    // 2 filter, 3 classify behind it; 4 the other branch; 5 the join.
    let places = chain(
      Self.read, Self.decode,
      then: [
        Place(schema: Self.filter, after: [1]), Place(schema: Self.classify, after: [2]),
        Place(schema: Self.end, after: [1]), Place(schema: Self.use, after: [3, 4]),
      ])
    #expect(complaints(places) == ["5 misses label"])
    // A filter before the fork concerns all branches alike.
    let before = chain(
      Self.read, Self.decode, Self.filter,
      then: [
        Place(schema: Self.classify, after: [2]), Place(schema: Self.end, after: [2]),
        Place(schema: Self.use, after: [3, 4]),
      ])
    #expect(complaints(before) == [])
    // And without a join whoever comes through has it.
    #expect(complaints(chain(Self.read, Self.decode, Self.filter, Self.classify, Self.use)) == [])
  }

  @Test func aLadderOfForksAndJoinsIsCheckedInNoTime() {
    var places = chain(Self.read, Self.decode, Self.classify)
    for _ in 0..<60 {
      let last = places.count - 1
      places.append(Place(schema: Self.end, after: [last]))
      places.append(Place(schema: Self.end, after: [last]))
      places.append(Place(schema: Self.use, after: [last + 1, last + 2]))
    }
    #expect(complaints(places) == [])
  }
}
