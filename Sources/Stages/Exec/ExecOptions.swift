import StageGraph

/// What an `exec` stage is told to do.
struct ExecOptions: Sendable {
  /// In what form a program gets the pixels at hand.
  enum Pixels: String, CaseIterable, Sendable { case none, ppm, png }

  /// The program and its arguments.
  let command: [String]
  /// Seconds for one answer.
  let timeout: Double
  /// Seconds more for the first answer of a process.
  let startup: Double
  /// How often in a row the program may fail before the run ends.
  let restarts: Int
  let pixels: Pixels
  /// What every answer that lets a photograph pass must bring.
  let adds: Set<ExecAnswer.Addition>
  /// The most pixels of a picture that comes back; nil for as many as the photograph has.
  let largest: Int?

  init(_ options: Options) {
    command = options.list("command")
    timeout = options.number("timeout")
    startup = options.number("startup")
    restarts = options.integer("restarts")
    pixels = Pixels(rawValue: options.text("pixels")) ?? .none
    adds = Set((options.optionalList("adds") ?? []).compactMap(ExecAnswer.Addition.init(rawValue:)))
    largest = options.optionalInteger("largest")
  }

  /// The facts of the stage with these options.
  static func facts(_ options: Options) -> (needs: Set<String>, adds: Set<String>) {
    let needs: Set<String> = options.text("pixels") == Pixels.none.rawValue ? ["file"] : ["file", "pixels"]
    let adds = (options.optionalList("adds") ?? []).compactMap(ExecAnswer.Addition.init(rawValue:))
    return (needs, adds.reduce(into: []) { $0.formUnion($1.facts) })
  }
}
