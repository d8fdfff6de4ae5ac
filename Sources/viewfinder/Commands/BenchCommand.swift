import ArgumentParser
import Foundation
import Geometry
import Imaging
import Manifests
import Networks
import SystemPackage
import Tensors

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast this installation is, as JSON.",
    discussion: """
      Measures the network alone, decoding alone, the whole way from files to cropped files, and a step of training: all of them, or \
      those that are named. Decoding and the whole way need PHOTOGRAPHS; without any, all means the other two. Crops go to a temporary \
      directory. Figures mean something only on a machine that does nothing else.
      """)

  @Argument(
    help: ArgumentHelp("Directories and files to decode and crop.", valueName: "photographs"),
    completion: .file())
  var photographs: [String] = []

  @Flag(help: "The network alone: images a second.")
  var network = false

  @Flag(help: "Decoding alone, at the scale a run would take and at an eighth.")
  var decode = false

  @Flag(help: "The whole way: decode, classify, crop to 512 pixels, write JPEG.")
  var pipeline = false

  @Flag(help: "A step of training with all layers: images a second.")
  var training = false

  @Option(help: ArgumentHelp("The model: a name or a file.", valueName: "model"), completion: .file())
  var model = "default"

  @Option(
    help: ArgumentHelp(
      "The canvas, like 224 or 352x240 (default: as the model's card says).", valueName: "size"))
  var canvas: CanvasOptions.Size?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many cores to use (default: those granted to the process).", valueName: "n"))
  var jobs: Int?

  @Option(help: "How often each part is measured.")
  var rounds = 5

  @Option(help: "The least length of a round of the network and of training, in seconds.")
  var seconds = 2.0

  @Option(help: "Photographs of a training step.")
  var batch = 32

  @Option(
    help: ArgumentHelp(
      "Give the network this canvas, 8-bit RGB without a header, and print the logits.", valueName: "file"),
    completion: .file())
  var pixels: String?

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) { throw ValidationError("--jobs wants a number from 1 to 1024") }
    if !(1...1000).contains(rounds) { throw ValidationError("--rounds wants a number from 1 to 1000") }
    if !(0...3600).contains(seconds) { throw ValidationError("--seconds wants a number from 0 to 3600") }
    if !(1...65_536).contains(batch) { throw ValidationError("--batch wants a number from 1 to 65536") }
    if photographs.isEmpty, decode || pipeline {
      throw ValidationError("--decode and --pipeline want photographs: name a directory or files")
    }
  }

  func run() throws {
    try reportingErrors {
      let report = try reporting { try measure() }
      Terminal.write(String(decoding: report.indentedBytes, as: UTF8.self), to: 1)
    }
  }

  /// The parts in the order of measurement: the pipeline first, while the process has held no memory for anything else.
  private func measure() throws -> JSONValue {
    let all = !(network || decode || pipeline || training)
    let jobs = jobs ?? GrantedCores.count
    OpenBLAS.prepare()
    let start = try BenchModel(named: model, canvas: canvas?.pixels)
    let run = try PipelineBench(photographs, model: model, canvas: canvas?.pixels, jobs: jobs)
    let crops = pipeline || all && !photographs.isEmpty ? try run.measure(rounds: rounds) : nil
    let decodes =
      decode || all && !photographs.isEmpty
      ? try DecodeBench(photographs, shrink: run.shrink(), jobs: jobs).measure(rounds: rounds) : nil
    let passes =
      network || all
      ? try NetworkBench(start, jobs: jobs, pixels: pixels).measure(rounds: rounds, seconds: seconds) : nil
    let steps =
      training || all
      ? try TrainingBench(start, batch: batch).measure(rounds: rounds, seconds: seconds) : nil
    return JSONValue(members: [
      "schema": "viewfinder/bench/1",
      "version": .string(Version.current),
      "model": JSONValue(members: [
        "name": .string(start.card.name), "sha256": .string(start.card.sha256),
      ]),
      "libraries": JSONValue(members: [
        "libvips": .string(Vips.version), "openblas": .string(OpenBLAS.configuration),
        "core": .string(OpenBLAS.coreName),
      ]),
      "cores": .integer(GrantedCores.count),
      "gemm_gflops": .number(OpenBLAS.measuredRate(seconds: 0.5), decimals: 1),
      "network": passes, "decode": decodes, "pipeline": crops, "training": steps,
    ])
  }

  /// Errors of models and of training become words and codes.
  private func reporting<Result>(_ body: () throws -> Result) throws(Exit) -> Result {
    do {
      return try body()
    } catch {
      throw Exit(endingTraining: error, settingsFile: nil)
    }
  }
}

/// The model that is measured, with the canvas it is measured on.
struct BenchModel {
  let card: ModelCard
  let parameters: Parameters

  init(named name: String, canvas: PixelSize?) throws {
    guard let path = ModelLibrary().path(of: name) else {
      throw Exit(ExitStatus.configuration, "no model '\(name)'; `viewfinder models` lists them")
    }
    let file = try Safetensors(path: path.string)
    var card = try ModelCard(in: file)
    if let canvas { try card.setCanvas(canvas, fit: card.canvas.fit, origin: file.origin) }
    self.card = card
    parameters = Parameters(file)
  }
}
