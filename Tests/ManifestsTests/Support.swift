import Foundation
import SystemPackage
import TestSupport

extension TemporaryDirectory {
  func filePath(_ name: String) -> FilePath { FilePath(file(name)) }

  /// Names of all entries, hidden ones too, in order.
  func entries() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}

func contents(of path: FilePath) throws -> [UInt8] {
  try Array(Data(contentsOf: URL(fileURLWithPath: path.string)))
}

func put(_ bytes: some Sequence<UInt8>, at path: FilePath) throws {
  try Data(Array(bytes)).write(to: URL(fileURLWithPath: path.string))
}
