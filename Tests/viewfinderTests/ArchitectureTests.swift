import Foundation
import Testing

/// The rooms of `docs/architecture.md`: who may import whom.
@Suite struct ArchitectureTests {
  /// From the bottom up: each room imports only those above it in this list, and of them only these.
  private static let rooms: [(name: String, uses: Set<String>)] = [
    ("CVips", []),
    ("CVipsBridge", ["CVips"]),
    ("COpenBLAS", []),
    ("CKernels", []),
    ("Geometry", []),
    ("Imaging", ["CVipsBridge", "CKernels", "Geometry"]),
    ("Tensors", ["COpenBLAS", "CKernels"]),
    ("Networks", ["Tensors", "Geometry"]),
    ("StageGraph", []),
    ("PipelineFiles", ["StageGraph"]),
    ("Manifests", ["Geometry"]),
    ("Stages", ["StageGraph", "Imaging", "Tensors", "Networks", "Manifests", "Geometry"]),
    ("Reports", ["Stages", "Manifests", "Imaging", "Geometry"]),
    ("Training", ["StageGraph", "Tensors", "Networks", "Imaging", "Manifests", "Geometry"]),
    (
      "viewfinder",
      [
        "Geometry", "Imaging", "Tensors", "Networks", "StageGraph", "PipelineFiles", "Manifests", "Stages",
        "Reports",
        "Training",
      ]
    ),
  ]

  /// Libraries that belong to one room; all others are free.
  private static let owners = [
    "Yams": "PipelineFiles", "ArgumentParser": "viewfinder", "Logging": "viewfinder",
  ]

  private static let sources = URL(fileURLWithPath: Program.repository).appendingPathComponent("Sources")

  private static var folders: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []).filter { !$0.hasPrefix(".") }
      .sorted()
  }

  @Test func everyFolderIsARoom() {
    let known = Set(Self.rooms.map(\.name) + ["TestSupport"])
    #expect(
      Set(Self.folders).isSubset(of: known), "a new room belongs in docs/architecture.md and in this table")
    #expect(Self.folders.count >= 13)
  }

  @Test func arrowsPointDownwards() {
    for (index, room) in Self.rooms.enumerated() {
      let below = Set(Self.rooms[..<index].map(\.name))
      #expect(room.uses.isSubset(of: below), "\(room.name)")
    }
  }

  @Test(arguments: rooms.map(\.name))
  func importsAreThoseOfTheTable(name: String) throws {
    let uses = try #require(Self.rooms.first { $0.name == name }).uses
    let own = Set(Self.rooms.map(\.name) + ["TestSupport"])
    let folder = Self.sources.appendingPathComponent(name)
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    for path in paths.filter({ $0.hasSuffix(".swift") }) {
      let text = try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
      for line in text.split(separator: "\n") {
        guard
          let match = line.firstMatch(
            of:
              /^(?:@\w+ )?(?:(?:package|public|internal|private|fileprivate) )?import (?:struct |class |enum |func )?(\w+)/
          )
        else { continue }
        let module = String(match.1)
        if own.contains(module) { #expect(uses.contains(module), "\(name)/\(path) imports \(module)") }
        if let owner = Self.owners[module] { #expect(owner == name, "\(name)/\(path) imports \(module)") }
      }
    }
  }

  private static let page = URL(fileURLWithPath: Program.repository).appendingPathComponent(
    "docs/architecture.md")

  @Test(.enabled(if: FileManager.default.fileExists(atPath: page.path)))
  func thePageSaysTheSame() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    var rows: [String: Set<String>] = [:]
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, cells[0].hasPrefix("`") else { continue }
      rows[cells[0].trimmingCharacters(in: ["`"])] = Set(cells[2].matches(of: /\w+/).map { String($0.0) })
    }
    for room in Self.rooms where Self.folders.contains(room.name) {
      let row = try #require(rows[room.name], "\(room.name) is not in docs/architecture.md")
      guard !row.contains("above") else { continue }
      let own = Set(Self.rooms.map(\.name))
      #expect(row.intersection(own) == room.uses, "\(room.name)")
      #expect(Set(Self.owners.filter { $0.value == room.name }.keys).isSubset(of: row), "\(room.name)")
    }
  }
}
