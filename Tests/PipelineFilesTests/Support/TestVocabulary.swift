import PipelineFiles
import StageGraph

extension Vocabulary {
  /// Stages like those of the program, so that its pipeline files read here, with one option of every kind.
  static let test = Vocabulary(
    stages: [
      StageSchema(name: "read", summary: "", adds: ["file", "width", "height", "aspect", "format"]),
      StageSchema(
        name: "decode", summary: "",
        options: [OptionSchema("background", .parsed(colour), default: .text("white"), "what shows behind")],
        needs: ["file"], adds: ["pixels"], branchLocal: ["pixels"]),
      StageSchema(
        name: "classify", summary: "",
        options: [
          OptionSchema("model", .text, default: .text("default"), "name of a model"),
          OptionSchema("top", .integer(1...1000), default: .integer(5), "how many labels"),
        ],
        needs: ["pixels"], adds: ["label", "score", "coverage"]),
      StageSchema(
        name: "filter", summary: "",
        options: [OptionSchema("keep", .condition, default: nil, "which photographs go on")], filters: true),
      StageSchema(
        name: "exec", summary: "",
        options: [
          OptionSchema("command", .command, default: nil, "a program"),
          OptionSchema("pixels", .choice(["none", "ppm"]), default: .text("none"), "whether it gets pixels"),
          OptionSchema("adds", .choices(["label", "pixels"]), default: OptionValue.none, "what it brings"),
        ],
        needs: ["file", "pixels"], adds: ["label", "pixels"], branchLocal: ["pixels"], filters: true,
        facts: { options in
          (
            options.text("pixels") == "none" ? ["file"] : ["file", "pixels"],
            Set(options.optionalList("adds") ?? [])
          )
        }),
      StageSchema(
        name: "crop", summary: "",
        options: [
          OptionSchema("aspect", .parsed(ratio), default: .text("free"), "width to height"),
          OptionSchema("aspects", .list(ratio), default: OptionValue.none, spreads: "aspect", "several"),
          OptionSchema("margin", .fraction(0...5), default: .number(0.1), "added on every side"),
          OptionSchema("longest", .integer(1...100_000), default: OptionValue.none, "the longest side"),
          OptionSchema("oriented", .boolean, default: .boolean(false), "at its angle"),
          OptionSchema(
            "source", .choices(["rectangle", "attention", "centre", "whole"]),
            default: .list(["rectangle", "whole"]),
            "what to cut around"),
        ],
        needs: ["pixels"], adds: ["region", "pixels"], branchLocal: ["region", "pixels"]),
      StageSchema(
        name: "annotate", summary: "", needs: ["pixels", "label"], adds: ["pixels"], branchLocal: ["pixels"]),
      StageSchema(
        name: "write", summary: "",
        options: [
          OptionSchema("path", .parsed(template), default: nil, isDestination: true, "where the file goes"),
          OptionSchema("format", .choice(["auto", "jpeg", "png"]), default: .text("auto"), "the format"),
          OptionSchema("quality", .integer(1...100), default: .integer(88), "of JPEG"),
        ],
        needs: ["pixels"]),
      StageSchema(
        name: "sort", summary: "",
        options: [
          OptionSchema(
            "path", .parsed(template), default: .text("sorted/{label}/{name}"), isDestination: true,
            "where the photograph goes")
        ],
        needs: ["file"]),
      StageSchema(
        name: "manifest", summary: "",
        options: [
          OptionSchema("format", .choice(["jsonl", "json"]), default: .text("jsonl"), "how it is written")
        ]),
    ],
    limits: [
      OptionSchema("pixels", .integer(1...4_000_000_000), default: .integer(200_000_000), "pixels"),
      OptionSchema("timeout", .number(0.001...86_400), default: .number(60), "seconds"),
      OptionSchema("memory", .integer(1...(1 << 50)), default: OptionValue.none, "bytes"),
    ],
    facts: [
      "label": .text, "score": .number, "coverage": .number, "width": .number, "height": .number,
      "aspect": .number,
      "format": .text,
    ],
    first: "read", last: "manifest")

  private static let colour = TextFormat(name: "colour", example: "#ffffff") { text in
    ["white", "black"].contains(text) || text.hasPrefix("#") ? nil : "write white, black or #rrggbb"
  }

  private static let ratio = TextFormat(name: "ratio", example: "4:5") { text in
    let terms = text.split(separator: ":").map { Double(String($0)) ?? 0 }
    return text == "free" || (terms.count == 2 && terms.allSatisfy { $0 > 0 })
      ? nil : "write width:height, or free"
  }

  private static let template = TextFormat(name: "path template", example: "crops/{stem}.jpg") { text in
    if text.hasPrefix("/") { return "it must be relative" }
    return ["{stem}", "{name}"].contains { text.contains($0) }
      ? nil : "without {stem} or {name} all would get one name"
  }
}

func read(_ text: String, name: String = "test.yaml", settings: [String] = []) throws(Diagnostics)
  -> PipelineSpec
{
  try PipelineFile.read(text, name: name, vocabulary: .test, settings: settings.compactMap { Setting($0) })
}

/// What is wrong with a text, one line each, without the name of the file.
func complaints(_ text: String, settings: [String] = []) -> [String] {
  do throws(Diagnostics) {
    _ = try read(text, name: "F", settings: settings)
    return []
  } catch {
    return error.all.map { $0.summary.replacing(/^F: ?/, with: "") }
  }
}

/// A pipeline of these stages, each the text of an entry.
func pipeline(_ stages: String...) -> String {
  "version: 1\nstages:\n" + stages.map { "  - \($0)\n" }.joined()
}
