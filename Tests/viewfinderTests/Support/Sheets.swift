import Foundation
import TestSupport
import Testing

/// What a contact sheet's data says.
extension TemporaryDirectory {
  /// All files of data, as bytes.
  func sheetFiles(_ sheet: String = "sheet") throws -> [[UInt8]] {
    try files(below: sheet + "/data").map { try contents(sheet + "/data/" + $0) }
  }

  /// The entries of all records, in the order of the files.
  func sheetRecords(_ sheet: String = "sheet") throws -> [[String: Any]] {
    try files(below: sheet + "/data").filter { $0.hasPrefix("records-") }.flatMap { name in
      try #require(
        try argument(of: "viewfinder.records", in: sheet + "/data/" + name) as? [[String: Any]])
    }
  }

  func sheetDescription(_ sheet: String = "sheet") throws -> [String: Any] {
    try #require(
      try argument(of: "viewfinder.describe", in: sheet + "/data/report.js") as? [String: Any])
  }

  /// The JSON that a script calls a function with.
  private func argument(of function: String, in file: String) throws -> Any {
    let script = try contents(file)
    let (start, end) = (Array("\(function)(".utf8), Array(");\n".utf8))
    try #require(script.starts(with: start) && script.suffix(end.count) == end[...])
    return try JSONSerialization.jsonObject(with: Data(script.dropFirst(start.count).dropLast(end.count)))
  }
}
