import Foundation
import SystemPackage

/// Where this program is, and what came with it.
enum Installation {
  /// The directory of the program's file, links followed.
  static let programs: FilePath = {
    let link =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return FilePath(link).removingLastComponent()
  }()

  /// What `make install` and the package put beside that directory.
  static var share: FilePath { programs.removingLastComponent().appending("share/viewfinder") }
}
