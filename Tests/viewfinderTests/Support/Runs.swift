import Foundation
import Manifests
import SystemPackage
import TestSupport
import Testing

extension TemporaryDirectory {
  /// The records of the run in an output directory.
  func records(_ output: String = "out") throws -> [Record] {
    try Manifest.read(FilePath(file(output + "/manifest.jsonl"))).records
  }

  /// The lines of a manifest in order, without the times, which are the only thing in them that may differ.
  func comparableLines(_ output: String = "out") throws -> [String] {
    try contents(output + "/manifest.jsonl").split(separator: 10).map { line in
      String(decoding: line, as: UTF8.self).replacing(/"milliseconds":\{[^}]*\}/, with: "")
    }.sorted()
  }

  /// What a run has written, by path: all but its summary and its hidden folder.
  func results(_ output: String = "out") throws -> [String: [UInt8]] {
    let names = try files(below: output).filter {
      !$0.hasPrefix(".viewfinder/") && $0 != "run.json" && !$0.hasPrefix("manifest")
    }
    return Dictionary(uniqueKeysWithValues: try names.map { ($0, try contents(output + "/" + $0)) })
  }

  /// The summary of a run.
  func summary(_ output: String = "out") throws -> RunSummary {
    try RunSummary.read(FilePath(file(output + "/run.json")))
  }
}

/// Pipelines without a network: fast, and their outputs are known beforehand.
enum Pipelines {
  static let copying =
    "version: 1\nstages: [{use: read}, {use: decode}, {use: write, with: {path: 'w/{stem}.png'}}]\n"
  static let moving =
    "version: 1\nstages: [{use: read}, {use: decode}, {use: sort, with: {path: 'm/{reldir}/{name}', mode: move}}]\n"
}
