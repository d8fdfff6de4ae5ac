import Foundation
import Geometry
import Imaging

/// Cuts as files that any program reads, so that another implementation can be held against this one.
package enum CutDump {
  /// Writes `NUMBER-picture.ppm`, `NUMBER-hints.pgm` (0 surely background to 3 surely subject) and `NUMBER-mask.pgm` (0 or 255) to
  /// a folder.
  package static func write(_ cut: TeacherBoxMaker.Cut, number: Int, to folder: String) throws {
    let size = cut.picture.size
    func write(_ bytes: [UInt8], _ kind: String, _ name: String) throws {
      let header = "\(kind)\n\(size.width) \(size.height)\n255\n"
      try Data(Array(header.utf8) + bytes).write(to: URL(fileURLWithPath: "\(folder)/\(number)-\(name)"))
    }
    try write(cut.picture.rgb, "P6", "picture.ppm")
    try write(cut.hints, "P5", "hints.pgm")
    try write(cut.mask.map { $0 ? 255 : 0 }, "P5", "mask.pgm")
  }
}
